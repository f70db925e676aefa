"""Two counties that share an agreement in the example, what was paid in under it, and who acts."""

from collections import Counter

from auth.principal import Role
from services.reconciliation.stating import FigureInput
from tests.services.ledger import factories
from tests.services.ledger.factories import TAXES, People, fen, person, read

CITY, TODAY = factories.CITY, factories.TODAY

AGREEMENT = "6110-XY-001"
ORIGIN, HOST, OUTSIDER = "611002", "611021", "611026"
MONTHS = ("2026-01", "2026-02", "2026-03")
PERIOD = "2026Q1"
FINANCE = person(Role.city_finance, name="市财政甲")
SECOND = person(Role.city_finance, name="市财政乙")
AUDITOR = person(Role.auditor, name="审计")


def county(code: str):
    return People.county(code)


def paid_in(agreement: str = AGREEMENT) -> dict[tuple[str, str], int]:
    """What the files say was paid in under an agreement, by month and tax, late fees left out."""
    terms = next(row for row in read("协议") if row["协议编号"] == agreement)
    firm = next(row["统一社会信用代码"] for row in read("项目公司") if row["登记编号"] == terms["登记编号"])
    found: Counter[tuple[str, str]] = Counter()
    for row in read("税收入库"):
        if (
            row["统一社会信用代码"] == firm
            and row["收款国库"] == terms["落地地"]
            and row["类型"] != "滞纳金"
            and row["入库日期"] >= terms["生效日期"]
        ):
            found[row["入库日期"][:7], TAXES[row["税种"]]] += fen(row["入库金额(元)"])
    return dict(found)


def stated(agreement: str = AGREEMENT, months=MONTHS, **off: int) -> list[FigureInput]:
    """Figures that say exactly what was paid in, but for some taxes that are off by so many fen."""
    rows = []
    for (month, tax), amount in sorted(paid_in(agreement).items()):
        if month in months:
            net = amount + (off.pop(tax, 0) if off else 0)
            rows.append(
                FigureInput(
                    agreement=agreement,
                    month=month,
                    tax=tax,
                    paid_fen=max(net, 0),
                    refund_fen=max(-net, 0),
                )
            )
    return rows
