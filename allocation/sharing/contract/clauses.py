"""The clauses of a sharing agreement. Each is plain data; `faults` says what is wrong with one.

Money is integer fen, a share basis points unless a clause says weights, land hundredths of a mu. Where a
clause lists `parts`, there is one for each party, in the parties' listed order, to which ties go.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocation.sharing.taxes import DEFAULT_KINDS, ReceiptKind, Tax


class PartyKind(StrEnum):
    """What a party is. A firm is here only so that a clause in its favour can be refused by name."""

    county = "county"
    park = "park"
    city = "city"
    department = "department"
    outpost = "outpost"
    team = "team"
    firm = "firm"


WITHOUT_TREASURY = frozenset({PartyKind.department, PartyKind.outpost, PartyKind.team})
"""They earn assessment credit, never money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party by its code; `treasury` says whether money can be paid to it."""

    code: str
    kind: PartyKind = PartyKind.county
    name: str = ""
    treasury: bool = True

    @property
    def called(self) -> str:
        """Its name, or its code where it has none."""
        return self.name or self.code


class ClockKind(StrEnum):
    """What starts a count of years."""

    first_tax = "first_tax"
    construction = "construction"
    production = "production"
    fixed = "fixed"


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock; only a fixed one carries its day, the others take theirs from receipts and events."""

    kind: ClockKind = ClockKind.first_tax
    on: date | None = None


class Negative(StrEnum):
    """What becomes of a negative base of an agreement year: 0, carried into the next, or shared as it is."""

    floor = "floor"
    carry = "carry"
    share = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What is shared: taxes in the listed order, kinds of receipts, deduction, and the rule below zero."""

    taxes: tuple[Tax, ...] = tuple(Tax)
    kinds: tuple[ReceiptKind, ...] = DEFAULT_KINDS
    deduct_incentives: bool = True
    negative: Negative = Negative.floor


@dataclass(frozen=True, slots=True)
class Tier:
    """A band of the cumulative base up to `up_to_fen` (None: without end) and how it is split."""

    up_to_fen: int | None
    parts: tuple[int, ...]


class TierBasis(StrEnum):
    """What tiers are counted on: the base of the agreement year, or of the whole term."""

    year = "year"
    term = "term"


class ShareKind(StrEnum):
    """How parts are given: basis points that make a whole, or weights such as scores and factors."""

    ratio = "ratio"
    weights = "weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How the base of the agreement years `first_year` to `last_year` is split; marginal tiers."""

    first_year: int
    last_year: int
    tiers: tuple[Tier, ...]
    kind: ShareKind = ShareKind.ratio
    basis: TierBasis = TierBasis.year


class GraceRule(StrEnum):
    """Who gives way in the grace years: the origin gets nothing, or the host keeps all."""

    origin_none = "origin_none"
    host_all = "host_all"


@dataclass(frozen=True, slots=True)
class Grace:
    """The first years, in which what the rule takes from others stays with the host."""

    years: int
    rule: GraceRule = GraceRule.origin_none


class Span(StrEnum):
    """What a cap limits: a party's share of one agreement year, or of all together."""

    year = "year"
    term = "term"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most a party's share may be; what is over stays with the host."""

    party: str
    span: Span
    fen: int


@dataclass(frozen=True, slots=True)
class Least:
    """The least a party is to have of an agreement year, trued up at its end by the `payer`.

    As a floor it reaches as far as the payer's own share of the year; as a guarantee it is owed whatever
    the base.
    """

    party: str
    payer: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The test of a move by the tax of the three years before it (财预〔2015〕92号).

    Below the floor the host keeps all. `cap_at_sum` limits `party` to the sum of the three years.
    """

    party: str
    before_fen: tuple[int, ...]
    average_fen: int
    cap_at_sum: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """On relocation, a part of what `giver` got in the months of the last years goes to `taker`.

    The window ends with the month of the relocation and has 12 x `years` months. It is a repayment: it
    neither uses nor frees a cap, and a negative sum is not paid back.
    """

    giver: str
    taker: str
    years: int
    part_bp: int


class Change(StrEnum):
    """From when a version governs: the next agreement year, or the month in which it takes effect."""

    next_year = "next_year"
    month = "month"


class Doctrine(StrEnum):
    """Who counts an indicator in the assessment."""

    by_ratio = "split"
    full = "full"
    single = "single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """The assessment credit of one indicator, on its own clock and years. Never money, never statistics.

    `parts` are basis points (split), or 1 for each party that counts all of it (full, single) and 0 for the
    others. Outside its years the host counts all.
    """

    indicator: str
    doctrine: Doctrine
    parts: tuple[int, ...]
    years: int
    clock: Clock = Clock(ClockKind.construction)


@dataclass(frozen=True, slots=True)
class LandTransfer:
    """Land quota handed from one party to another on a day, in hundredths of a mu."""

    giver: str
    taker: str
    on: date
    mu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorTerms:
    """保底条件: what a party put to the pool, and what no later version may undercut.

    Attributes:
        party: whose conditions they are.
        ratio_bp: the least share in each of the first `years` agreement years, in every tier.
        years: the least number of years.
        cap_fen: the least cumulative cap; None where none was agreed, so that none may be set.
        credit: whether it counts every indicator of the agreement in full.
    """

    party: str
    ratio_bp: int
    years: int
    cap_fen: int | None = None
    credit: bool = False
