"""Agreements, receipts and incentives as files."""

from collections.abc import Iterator
from typing import Any, Final

from allocation.sharing.taxes import ReceiptKind
from allocation.sharing.terms import CreditClock, CreditRule, InvalidTermsError, Method, TaxClock
from auth.money import can_see_agreement, can_see_receipts
from auth.principal import Role
from services.agreements import imports as agreements
from services.interchange.amounts import Day, Quantity, show_decimal
from services.interchange.cells import Choice, Code, Several, Text
from services.interchange.codes import CreditCode, Division
from services.interchange.specs.columns import CITY_FINANCE, Column, Finding, Grounds, Sight, Table
from services.interchange.specs.ground import TAXES
from services.interchange.units import COUNT, MONEY_WAN, MONEY_YUAN, PERCENT
from services.ledger import imports as ledger

MONEY_READERS: Final = frozenset({Role.city_finance, Role.county_finance})
_TERM_FAULTS: Final = {
    ("host", "same_as_origin"): ("落地地", "same-party"),
    ("years", "out_of_range"): ("年限", "years-range"),
    ("ratios_bp", "not_one_per_year"): ("首谈地分享比例", "years-differ"),
    ("ratios_bp", "out_of_range"): ("首谈地分享比例", "ratio-range"),
    ("ratios_bp", "not_constant"): ("首谈地分享比例", "ratio-varies"),
    ("cap_fen", "not_positive"): ("累计上限", "not-positive"),
}


def _spread(values: dict[str, Any]) -> dict[str, Any]:
    """Let a single ratio stand for every year; a senseless term is left to the check."""
    years = values["years"]
    ratios = values["ratios_bp"]
    return values | {"ratios_bp": agreements.spread(ratios, years) if years else ratios}


def _gather(row: Any) -> dict[str, Any]:
    """Write equal ratios as one."""
    values = {name: getattr(row, name) for name in row.__slots__}
    if len(set(row.ratios_bp)) == 1:
        values["ratios_bp"] = row.ratios_bp[:1]
    return values


def _terms(row: Any, _grounds: Grounds) -> Iterator[Finding]:
    try:
        row.terms()
    except InvalidTermsError as error:
        for problem in error.problems:
            column, code = _TERM_FAULTS[problem.field, problem.code]
            yield column, code, {}


def _levels(row: Any, _grounds: Grounds) -> Iterator[Finding]:
    levels = [row.central_fen, row.province_fen, row.city_fen, row.county_fen]
    given = [amount for amount in levels if amount is not None]
    if given and len(given) < len(levels):
        yield "", "levels-incomplete", {}
    elif given and sum(given) != row.amount_fen:
        yield "入库金额", "split-differs", {"difference": show_decimal(row.amount_fen - sum(given), 2, 2)}


def _party(row: Any, sight: Sight) -> bool:
    return can_see_agreement(sight.principal, (row.origin, row.host))


def _own_treasury(row: Any, sight: Sight) -> bool:
    return can_see_receipts(sight.principal, row.treasury)


def _own_incentive(row: Any, sight: Sight) -> bool:
    return can_see_receipts(sight.principal, row.county)


AGREEMENTS: Final = Table(
    kind="agreements",
    title="协议",
    row=agreements.AgreementInput,
    key=("code",),
    columns=(
        Column(field="code", name="协议编号", type=Code()),
        Column(field="project", name="登记编号", type=Code(), refers="project"),
        Column(field="method", name="分享办法", type=Choice({method.zh: method.value for method in Method})),
        Column(field="origin", name="首谈地", type=Division(), refers="region"),
        Column(field="host", name="落地地", type=Division(), refers="region"),
        Column(
            field="ratios_bp",
            name="首谈地分享比例",
            type=Several(Quantity(PERCENT), unit="%", distinct=False, ordered=True),
        ),
        Column(field="years", name="年限", type=Quantity(COUNT, maximum=50)),
        Column(field="cap_fen", name="累计上限", type=Quantity(MONEY_WAN), required=False),
        Column(field="effective_on", name="生效日期", type=Day()),
        Column(
            field="tax_clock",
            name="税收分享起点",
            type=Choice({clock.zh: clock.value for clock in TaxClock}),
        ),
        Column(
            field="credit_clock",
            name="指标分享起点",
            type=Choice({clock.zh: clock.value for clock in CreditClock}),
        ),
        Column(
            field="credit_rule",
            name="考核指标分算",
            type=Choice({rule.zh: rule.value for rule in CreditRule}),
        ),
    ),
    existing=agreements.existing_agreements,
    write=agreements.write_agreements,
    build=_spread,
    flatten=_gather,
    check=_terms,
    group="分享办法",
    sees=_party,
)

_YUAN: Final = Quantity(MONEY_YUAN, signed=True, places=2)
_LEVELS: Final = ("central_fen", "province_fen", "city_fen", "county_fen")


def _without_withdrawn(values: dict[str, Any]) -> dict[str, Any]:
    """Let a withdrawn ticket (作废) be worth nothing, whatever amounts its row repeats."""
    if not values["withdrawn"]:
        return values
    return values | {"amount_fen": 0} | {name: None if values[name] is None else 0 for name in _LEVELS}


RECEIPTS: Final = Table(
    kind="receipts",
    title="税收入库",
    row=ledger.ReceiptInput,
    key=("ticket",),
    columns=(
        Column(field="tax_period", name="税款所属期", type=Text(40)),
        Column(field="paid_on", name="入库日期", type=Day()),
        Column(field="treasury", name="收款国库", type=Division(), refers="region"),
        Column(field="ticket", name="电子税票号", type=Code()),
        Column(field="credit_code", name="统一社会信用代码", type=CreditCode(), aliases=("信用代码",)),
        Column(field="taxpayer", name="纳税人名称", type=Text()),
        Column(field="tax", name="税种", type=TAXES),
        Column(field="subject", name="预算科目", type=Code()),
        Column(field="kind", name="类型", type=Choice({kind.zh: kind.value for kind in ReceiptKind})),
        Column(field="amount_fen", name="入库金额", type=_YUAN, total=True),
        Column(field="central_fen", name="中央级", type=_YUAN, required=False, total=True),
        Column(field="province_fen", name="省级", type=_YUAN, required=False, total=True),
        Column(field="city_fen", name="市级", type=_YUAN, required=False, total=True),
        Column(field="county_fen", name="县级", type=_YUAN, required=False, total=True),
        Column(
            field="withdrawn",
            name="状态",
            type=Choice({"有效": False, "作废": True}),
            required=False,
            blank=False,
        ),
    ),
    existing=ledger.existing_receipts,
    write=ledger.write_receipts,
    recognise=ledger.loaded_receipts,
    batch_totals=ledger.receipt_totals,
    build=_without_withdrawn,
    check=_levels,
    group="税种",
    also_by=("收款国库", "类型"),
    importers=CITY_FINANCE,
    exporters=MONEY_READERS,
    sees=_own_treasury,
)

INCENTIVES: Final = Table(
    kind="incentives",
    title="政策兑现",
    row=ledger.IncentiveInput,
    key=("credit_code", "document_no"),
    columns=(
        Column(field="credit_code", name="统一社会信用代码", type=CreditCode(), aliases=("信用代码",)),
        Column(field="county", name="兑现地", type=Division(), refers="region"),
        Column(field="document_no", name="文号", type=Text(80)),
        Column(field="amount_fen", name="金额", type=Quantity(MONEY_YUAN, places=2), total=True),
        Column(field="paid_on", name="兑现日期", type=Day()),
        Column(field="voucher", name="凭证号", type=Text(80), required=False),
    ),
    existing=ledger.existing_incentives,
    write=ledger.write_incentives,
    recognise=ledger.loaded_incentives,
    batch_totals=ledger.incentive_totals,
    importers=CITY_FINANCE,
    exporters=MONEY_READERS,
    sees=_own_incentive,
)
