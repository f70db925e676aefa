"""Short ways to write contracts, and random ones."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import (
    Base,
    Cap,
    Change,
    Clawback,
    Clock,
    ClockKind,
    Grace,
    GraceRule,
    Least,
    Negative,
    Party,
    ShareKind,
    Shares,
    Span,
    Tier,
    TierBasis,
)
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.known import Event, EventKind, Incentive, Retained, Version
from allocation.sharing.contract.lines import totals
from allocation.sharing.taxes import DEFAULT_KINDS, ReceiptKind, Tax
from allocation.sharing.terms import YearBasis

A, B, C = "611026", "611021", "611000"
ALL = (A, B, C)


def ratio(*parts: int, first: int = 1, last: int = 5) -> Shares:
    return Shares(first_year=first, last_year=last, tiers=(Tier(None, parts),))


def tiers(
    *bands: tuple[int | None, tuple[int, ...]], last: int = 5, basis: TierBasis = TierBasis.year
) -> Shares:
    return Shares(first_year=1, last_year=last, tiers=tuple(Tier(*band) for band in bands), basis=basis)


def weights(*parts: int, first: int = 1, last: int = 5) -> Shares:
    return Shares(first_year=first, last_year=last, tiers=(Tier(None, parts),), kind=ShareKind.weights)


def contract(**changes: Any) -> Contract:
    """Two counties, five years, half each from 2020 on."""
    facts: dict[str, Any] = {
        "parties": (Party(code=A), Party(code=B)),
        "origin": A,
        "host": B,
        "effective_on": date(2020, 1, 1),
        "years": 5,
    }
    facts |= changes
    facts.setdefault("shares", (ratio(5000, 5000, last=facts["years"]),))
    return Contract(**facts)


def versions(*several: Contract) -> list[Version]:
    return [Version(number, one) for number, one in enumerate(several or (contract(),), start=1)]


def paid(on: str, fen: int, tax: Tax = Tax.vat, kind: ReceiptKind = ReceiptKind.normal) -> Retained:
    return Retained(f"{on}/{tax}/{fen}", date.fromisoformat(on), tax, kind, fen)


def event(kind: str, on: str, predecessor: str = "", successor: str = "") -> Event:
    return Event(EventKind(kind), date.fromisoformat(on), predecessor, successor)


YEARLY = [paid(f"{year}-06-01", 1000) for year in range(2020, 2025)]


def by_year(due, code=A):
    years = sorted({line.agreement_year for line in due.lines})
    return [totals(line for line in due.lines if line.agreement_year == year).get(code, 0) for year in years]


def worked(agreed, receipts=YEARLY, events=(), through="2024-12", incentives=()):
    return entitle(versions(agreed), receipts, incentives, events, through=through)


DAYS = st.dates(date(2020, 1, 1), date(2023, 12, 31))
TAXES = (Tax.vat, Tax.cit, Tax.stamp)


def receipts_of(taxes: tuple[Tax, ...] = TAXES) -> st.SearchStrategy[list[Retained]]:
    """Payments and refunds of several years, late fees among them."""
    one = st.builds(
        Retained,
        ticket=st.text("0123456789", min_size=1, max_size=4),
        paid_on=DAYS,
        tax=st.sampled_from(taxes),
        kind=st.sampled_from(list(ReceiptKind)),
        fen=st.integers(-200_000, 1_000_000),
    )
    return st.lists(one, max_size=12)


INCENTIVES = st.lists(
    st.builds(Incentive, document_no=st.just("1号"), paid_on=DAYS, fen=st.integers(-10_000, 300_000)),
    max_size=2,
)
EVENTS = st.lists(
    st.builds(event, st.sampled_from(["construction", "production", "end", "relocation"]), DAYS.map(str)),
    max_size=3,
)


@st.composite
def contracts(draw: Any, taxes: tuple[Tax, ...] = TAXES, size: int | None = None, **fixed: Any) -> Contract:
    """A random contract of two or three parties; the last listed is the host."""
    size = size or draw(st.integers(2, 3))
    codes = ALL[:size]
    origin, host = codes[0], codes[-1]
    years = draw(st.integers(1, 4))
    facts: dict[str, Any] = {
        "parties": tuple(Party(code=code) for code in codes),
        "origin": origin,
        "host": host,
        "years": years,
        "effective_on": draw(st.sampled_from([date(2020, 1, 1), date(2020, 5, 17), date(2021, 7, 1)])),
        "year_basis": draw(st.sampled_from(YearBasis)),
        "clock": draw(st.sampled_from(CLOCKS)),
        "change": draw(st.sampled_from(Change)),
        "base": Base(
            taxes=taxes,
            kinds=draw(KINDS),
            deduct_incentives=draw(st.booleans()),
            negative=draw(st.sampled_from(Negative)),
        ),
        "shares": tuple(draw(_shares(size, year)) for year in range(1, years + 1)),
    }
    if draw(st.booleans()):
        facts["grace"] = Grace(draw(st.integers(1, years)), draw(st.sampled_from(GraceRule)))
    if draw(st.booleans()):
        facts["caps"] = (Cap(origin, draw(st.sampled_from(Span)), draw(st.integers(100_000, 900_000))),)
    if draw(st.booleans()):
        facts["floors"] = (Least(origin, host, draw(st.integers(1, 90_000))),)
    if draw(st.booleans()):
        facts["guarantees"] = (Least(origin, host, draw(st.integers(1, 100_000))),)
    if draw(st.booleans()):
        facts["clawback"] = Clawback(
            giver=origin, taker=host, years=draw(st.integers(1, 3)), part_bp=draw(st.integers(1, 10_000))
        )
    return Contract(**(facts | fixed))


KINDS = st.sampled_from(
    [DEFAULT_KINDS, tuple(ReceiptKind), (ReceiptKind.normal,), (ReceiptKind.inspection, ReceiptKind.late_fee)]
)
CLOCKS = (
    Clock(),
    Clock(ClockKind.construction),
    Clock(ClockKind.production),
    Clock(ClockKind.fixed, date(2020, 9, 5)),
)


@st.composite
def _shares(draw: Any, size: int, year: int) -> Shares:
    if draw(st.booleans()):
        parts = draw(st.lists(st.integers(0, 50), min_size=size, max_size=size).filter(any))
        return weights(*parts, first=year, last=year)
    bounds = sorted(draw(st.sets(st.integers(1, 900_000), max_size=2)))
    bands = tuple(Tier(bound, draw(_ratio(size))) for bound in (*bounds, None))
    return Shares(first_year=year, last_year=year, tiers=bands, basis=draw(st.sampled_from(TierBasis)))


@st.composite
def _ratio(draw: Any, size: int) -> tuple[int, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=size - 1, max_size=size - 1)))
    return tuple(high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True))
