"""What is due to the origin: a pure function of the terms, the receipts as known and the agreement year.

Every figure is worked out on the *cumulative* base of an agreement year and tax, month by month: add up
what the county retained, deduct incentives, floor at 0, split once between the parties, cut at the cap. A
month's own figure is the cumulative one less that of the month before. Caps, refunds, late revisions and
rounding need no rule of their
own: they follow from this one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from allocation.sharing.amounts import Amounts
from allocation.sharing.split import fill_in_order, split_by_ratio
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Terms
from allocation.sharing.years import agreement_year, month_of, year_start


@dataclass(frozen=True, slots=True)
class Retained:
    """The county-retained part of one receipt, in fen."""

    ticket: str
    paid_on: date
    tax: Tax
    kind: ReceiptKind
    fen: int


@dataclass(frozen=True, slots=True)
class Incentive:
    """Money the host paid the firm under a policy, with its document; in fen."""

    document_no: str
    paid_on: date
    fen: int


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One signed version of an agreement's terms."""

    version: int
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one month adds for one tax, and where the agreement year then stands.

    `month` is the month of the receipts (`2025-03`). `amounts` is the month's own part, `cumulative` the
    sum since the agreement year began. `carried_fen` is what an earlier year left over (never positive).
    `before_cap_fen` is the origin's cumulative share before the cap.
    """

    agreement_year: int
    tax: Tax
    month: str
    version: int
    ratio_bp: int
    carried_fen: int
    amounts: Amounts
    cumulative: Amounts
    before_cap_fen: int


@dataclass(frozen=True, slots=True)
class Entitlement:
    """All lines of an agreement up to a month. `clock_start` is the day of the first tax, None before it."""

    clock_start: date | None
    lines: tuple[Line, ...]

    @property
    def origin_fen(self) -> int:
        """All that is due to the origin so far."""
        return sum(line.amounts.origin for line in self.lines)


def clock_start(terms: Terms, receipts: Iterable[Retained]) -> date | None:
    """The day of the first tax: the earliest positive payment that the terms cover, by date of receipt.

    A refund or a late fee starts no clock, nor does a payment before the agreement takes effect. What is paid
    before the clock starts is not shared.
    """
    days = (
        receipt.paid_on
        for receipt in receipts
        if receipt.fen > 0
        and receipt.paid_on >= terms.effective_on
        and receipt.tax in terms.taxes
        and receipt.kind in terms.kinds
    )
    return min(days, default=None)


def in_force(versions: Sequence[TermsVersion], first_day: date) -> TermsVersion:
    """The version that governs an agreement year: the newest one in effect on the year's first day.

    An agreement year has one ratio, for it is split once; so a version that takes effect within a year
    governs from the next one. The first year is governed by the first version.
    """
    started = [version for version in versions if version.terms.effective_on <= first_day]
    return max(started or versions[:1], key=lambda version: version.version)


def entitle(
    versions: Sequence[TermsVersion],
    receipts: Sequence[Retained],
    incentives: Sequence[Incentive],
    *,
    through: str,
) -> Entitlement:
    """Work out all that is due under an agreement up to and including the month `through`.

    Args:
        versions: the agreement's terms in the order of their versions; at least one.
        receipts: the firm's payments as known, in any order.
        incentives: what the host paid the firm, in any order.
        through: the last month (`2025-12`); later payments are left out.
    """
    first = versions[0].terms
    start = clock_start(first, receipts)
    if start is None or month_of(start) > through:
        return Entitlement(None, ())
    counted = [receipt for receipt in receipts if receipt.paid_on >= start]
    everything: list[Retained | Incentive] = [*counted, *incentives]
    state = _State()
    lines: list[Line] = []
    last = max(version.terms.years for version in versions)
    for number in range(1, last + 1):
        version = in_force(versions, year_start(first.year_basis, start, number))
        if number > version.terms.years:
            break
        days = [
            day
            for day in everything
            if day.paid_on >= first.effective_on
            and month_of(day.paid_on) <= through
            and agreement_year(first.year_basis, start, day.paid_on) == number
        ]
        lines += _year(version, number, days, state)
    return Entitlement(start, tuple(lines))


class _State:
    """What one agreement year hands to the next."""

    def __init__(self) -> None:
        self.base: dict[Tax, int] = {}
        self.incentive = 0
        self.origin = 0


def _year(
    version: TermsVersion, number: int, days: Sequence[Retained | Incentive], state: _State
) -> list[Line]:
    """Work out one agreement year, month by month, and leave in `state` what the next one needs."""
    terms = version.terms
    taxes = terms.taxes
    carried = [state.base.get(tax, 0) for tax in taxes]
    base = [0] * len(taxes)
    given = state.incentive
    last = [Amounts()] * len(taxes)
    lines: list[Line] = []
    for month in sorted({month_of(day.paid_on) for day in days}):
        for day in days:
            if month_of(day.paid_on) != month:
                continue
            if isinstance(day, Incentive):
                given += day.fen if terms.deduct_incentives else 0
            elif day.tax in taxes and day.kind in terms.kinds:
                base[taxes.index(day.tax)] += day.fen
        floored = [max(0, old + new) for old, new in zip(carried, base, strict=True)]
        deducted = fill_in_order(given, floored, [amounts.deducted for amounts in last])
        shared = [whole - less for whole, less in zip(floored, deducted, strict=True)]
        before = [split_by_ratio(part, terms.ratio_bp(number))[0] for part in shared]
        origin: Sequence[int] = before
        if terms.cap_fen is not None:
            origin = fill_in_order(terms.cap_fen - state.origin, before, [amounts.origin for amounts in last])
        for index, tax in enumerate(taxes):
            now = Amounts(
                base=base[index],
                deducted=deducted[index],
                shared=shared[index],
                origin=origin[index],
                host=shared[index] - origin[index],
            )
            if now != last[index]:
                lines.append(
                    Line(
                        agreement_year=number,
                        tax=tax,
                        month=month,
                        version=version.version,
                        ratio_bp=terms.ratio_bp(number),
                        carried_fen=carried[index],
                        amounts=now - last[index],
                        cumulative=now,
                        before_cap_fen=before[index],
                    )
                )
                last[index] = now
    state.origin += sum(amounts.origin for amounts in last)
    state.base, state.incentive = {}, 0
    if terms.carry_forward:
        state.base = {tax: min(0, old + new) for tax, old, new in zip(taxes, carried, base, strict=True)}
        state.incentive = max(0, given - sum(amounts.deducted for amounts in last))
    return lines
