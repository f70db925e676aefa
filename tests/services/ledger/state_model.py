"""What must be due and booked, worked out in exact fractions: a model of the ledger for its state machine.

It shares no code with the program's rules. Money is whole fen; a share is the nearest fen, a half goes to the
origin. Posting is what is due now less what was posted before, by agreement year, tax and month of receipt.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import floor

TAXES = ("vat", "cit", "stamp")
LATE_FEE = "late_fee"
Key = tuple[int, str, str]
Account = tuple[str, str, str, str]


@dataclass(frozen=True)
class Paid:
    """A payment as last known: the county's part of it."""

    firm: str
    day: date
    treasury: str
    tax: str
    kind: str
    fen: int


@dataclass(frozen=True)
class Given:
    """An incentive as last known."""

    firm: str
    county: str
    day: date
    fen: int


@dataclass(frozen=True)
class Version:
    """Terms: the origin's ratio of each year in basis points, and the cap of all of them."""

    ratios: tuple[int, ...]
    effective: date
    cap: int | None


@dataclass
class Deal:
    """An agreement with its versions in their order."""

    code: str
    project: str
    firm: str
    origin: str
    host: str
    versions: list[Version]

    def governing(self, first_day: date) -> Version:
        """The newest version in effect on a year's first day, else the first."""
        return next((one for one in reversed(self.versions) if one.effective <= first_day), self.versions[0])


@dataclass(frozen=True)
class Booked:
    """A journal: its month, its legs, what it reverses."""

    period: str
    legs: tuple[tuple[Account, int], ...]
    content: object = None
    reverses: str | None = None


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def refill(total: int, limits: list[int], kept: list[int]) -> list[int]:
    """Give out a total up to the limits: old amounts stay if they may, first places take and keep most."""
    given = [min(pair) for pair in zip(kept, limits, strict=True)]
    for place, limit in enumerate(limits):
        given[place] += max(0, min(total - sum(given), limit - given[place]))
    for place in reversed(range(len(given))):
        given[place] -= max(0, min(sum(given) - max(total, 0), given[place]))
    return given


def due(
    deal: Deal, receipts: Iterable[Paid], incentives: Iterable[Given], through: str
) -> dict[Key, tuple[int, int]]:
    """The origin's and the host's part that each month adds, by agreement year, tax and month."""
    first = deal.versions[0].effective
    paid = [
        one
        for one in receipts
        if (one.firm, one.treasury) == (deal.firm, deal.host)
        and one.kind != LATE_FEE
        and one.day >= first
        and month_of(one.day) <= through
    ]
    given = [
        one
        for one in incentives
        if (one.firm, one.county) == (deal.firm, deal.host)
        and one.day >= first
        and month_of(one.day) <= through
    ]
    start = min((one.day for one in paid if one.fen > 0), default=None)
    found: dict[Key, tuple[int, int]] = {}
    used = 0
    for number in range(1, 51):
        year = start.year + number - 1 if start else 9999
        terms = deal.governing(date(year, 1, 1))
        if f"{year}-01" > through or number > len(terms.ratios):
            break
        inside = [one for one in paid if one.day.year == year and start is not None and one.day >= start]
        helped = [one for one in given if one.day.year == year]
        ratio = Fraction(terms.ratios[number - 1], 10_000)
        taken, got, kept = [0] * len(TAXES), [0] * len(TAXES), [0] * len(TAXES)
        for month in sorted({month_of(one.day) for one in (*inside, *helped)}):
            bases = [
                max(0, sum(one.fen for one in inside if one.tax == tax and month_of(one.day) <= month))
                for tax in TAXES
            ]
            taken = refill(sum(one.fen for one in helped if month_of(one.day) <= month), bases, taken)
            shared = [base - less for base, less in zip(bases, taken, strict=True)]
            parts = [floor(part * ratio + Fraction(1, 2)) for part in shared]
            if terms.cap is not None and sum(parts) > terms.cap - used:
                parts = refill(terms.cap - used, parts, got)
            for place, tax in enumerate(TAXES):
                own = parts[place] - got[place]
                rest = shared[place] - parts[place] - kept[place]
                if own or rest:
                    found[number, tax, month] = (own, rest)
                got[place], kept[place] = parts[place], shared[place] - parts[place]
        used += sum(got)
    return found


def share_legs(origin: str, host: str, fen: int) -> tuple[tuple[Account, int], ...]:
    """A share of money in both books, each of which balances."""
    return (
        ((host, "share_expense", origin, "fen"), fen),
        ((host, "due_to", origin, "fen"), -fen),
        ((origin, "due_from", host, "fen"), fen),
        ((origin, "share_income", host, "fen"), -fen),
    )


@dataclass
class Model:
    """The whole ledger: what is known, what was posted, which months are closed."""

    deals: list[Deal]
    receipts: dict[str, Paid] = field(default_factory=dict)
    incentives: dict[tuple[str, str], Given] = field(default_factory=dict)
    posted: dict[str, dict[Key, tuple[int, int]]] = field(default_factory=dict)
    journals: dict[str, Booked] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    runs: int = 0

    def now(self, deal: Deal, through: str) -> dict[Key, tuple[int, int]]:
        """What is due with all that is known."""
        return due(deal, self.receipts.values(), self.incentives.values(), through)

    def settled(self, through: str) -> bool:
        """Whether all that is due up to a month is posted."""
        return all(self.now(deal, through) == self._until(deal, through) for deal in self.deals)

    def _until(self, deal: Deal, through: str) -> dict[Key, tuple[int, int]]:
        posted = self.posted.get(deal.code, {})
        return {key: parts for key, parts in posted.items() if key[2] <= through}

    def compute(self, month: str) -> int:
        """Post the differences of a month; what the origins' shares grew by."""
        self.runs += 1
        grown = 0
        for deal in self.deals:
            before, after = self._until(deal, month), self.now(deal, month)
            fen = sum(own for own, _ in after.values()) - sum(own for own, _ in before.values())
            kept = {key: parts for key, parts in self.posted.get(deal.code, {}).items() if key[2] > month}
            self.posted[deal.code] = kept | after
            if fen:
                legs = share_legs(deal.origin, deal.host, fen)
                self.journals[f"run {self.runs}/{deal.code}"] = Booked(month, legs)
            grown += fen
        return grown

    def post(self, key: str, entry: Booked) -> str:
        """Post by hand: the key first, then the month."""
        if key in self.journals:
            return "exists" if self.journals[key].content == entry.content else "conflict"
        if entry.period in self.closed:
            return "closed"
        self.journals[key] = entry
        return "created"

    def reverse(self, key: str, period: str) -> str:
        """Take a journal back: once, never a reversal, never in a closed month."""
        first = self.journals[key]
        if period in self.closed:
            return "closed"
        if first.reverses or any(one.reverses == key for one in self.journals.values()):
            return "refused"
        legs = tuple((account, -fen) for account, fen in first.legs)
        self.journals[f"back of {key}"] = replace(first, period=period, legs=legs, reverses=key, content=None)
        return "created"

    def dues(self) -> Counter[tuple[str, str]]:
        """What hosts owe origins by what was booked in closed months and is not settled."""
        sums: Counter[tuple[str, str]] = Counter()
        for key, one in self.journals.items():
            if one.period in self.closed or key == "settlement":
                for (county, kind, other, _unit), fen in one.legs:
                    sums[county, other] -= fen if kind == "due_to" else 0
        return sums

    def settle(self, city: str) -> None:
        """Clear the dues: each county is left with its net towards the city."""
        legs: list[tuple[Account, int]] = []
        for (host, origin), fen in self.dues().items():
            legs += [((host, "due_to", origin, "fen"), fen), ((origin, "due_from", host, "fen"), -fen)]
            for county, net in ((host, -fen), (origin, fen)):
                legs.append(((county, "clearing", city, "fen"), net))
                legs.append(((city, "clearing", county, "fen"), -net))
        self.journals["settlement"] = Booked("2027-01", tuple(legs))

    def balances(self) -> dict[Account, int]:
        """Every account that is not at zero."""
        sums: Counter[Account] = Counter()
        for one in self.journals.values():
            for account, fen in one.legs:
                sums[account] += fen
        return {account: fen for account, fen in sums.items() if fen}
