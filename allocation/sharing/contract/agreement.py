"""One version of an agreement as a whole: parties and clauses, checked when made."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allocation.sharing.contract.clauses import (
    Base,
    Cap,
    Change,
    Clawback,
    Clock,
    Credit,
    Entry,
    FloorTerms,
    Grace,
    GraceRule,
    LandTransfer,
    Least,
    Party,
    Shares,
    Span,
    Tier,
)
from allocation.sharing.contract.faults import InvalidContractError, contract_faults
from allocation.sharing.contract.floor_terms import floor_faults, undercuts
from allocation.sharing.contract.writing import contract_json
from allocation.sharing.eligibility import three_year_test
from allocation.sharing.terms import YearBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The terms of one version.

    `parties` are in the order to which ties go. `origin` first negotiated; `host` is where the tax is paid:
    it keeps what caps and grace years take from others. Receipts before `effective_on` are not shared.
    `other` is further text that moves no money. `follows` names, for a clause, the published article that
    it follows.
    """

    parties: tuple[Party, ...]
    origin: str
    host: str
    effective_on: date
    years: int
    shares: tuple[Shares, ...]
    year_basis: YearBasis = YearBasis.calendar
    clock: Clock = field(default_factory=Clock)
    base: Base = field(default_factory=Base)
    grace: Grace | None = None
    caps: tuple[Cap, ...] = ()
    floors: tuple[Least, ...] = ()
    guarantees: tuple[Least, ...] = ()
    entry: Entry | None = None
    clawback: Clawback | None = None
    change: Change = Change.next_year
    credits: tuple[Credit, ...] = ()
    land: tuple[LandTransfer, ...] = ()
    floor_terms: FloorTerms | None = None
    other: tuple[str, ...] = ()
    follows: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse a contract that cannot be, naming every fault at once.

        Raises:
            InvalidContractError: with all faults.
        """
        found = tuple(contract_faults(self))
        if not found and self.floor_terms is not None:
            found = tuple(floor_faults(self.floor_terms)) or tuple(undercuts(self.floor_terms, self))
        if found:
            raise InvalidContractError(found)

    def to_json(self) -> dict[str, Any]:
        """Write it as a version of the terms of a case file (docs/sharing.md), without its number."""
        return contract_json(self)

    @property
    def codes(self) -> tuple[str, ...]:
        """The parties' codes in the listed order."""
        return tuple(party.code for party in self.parties)

    def place(self, code: str) -> int:
        """The place of a party in the listed order."""
        return self.codes.index(code)

    def party(self, code: str) -> Party:
        """A party by its code."""
        return self.parties[self.place(code)]

    @property
    def over_before_it_begins(self) -> bool:
        """Whether the years of a fixed clock have all passed when this version takes effect.

        A later version may so end the sharing; the first one would share nothing.
        """
        on = self.clock.on
        if on is None:
            return False
        day = (1, 1) if self.year_basis is YearBasis.calendar else (on.month, on.day)
        return (on.year + self.years, *day) <= self.effective_on.timetuple()[:3]

    def shares_in(self, number: int) -> Shares:
        """The clause that splits an agreement year of the term."""
        return next(clause for clause in self.shares if clause.first_year <= number <= clause.last_year)

    def tiers_in(self, number: int) -> tuple[Tier, ...]:
        """The bands of an agreement year, with grace years and a failed entry test already applied."""
        tiers = self.shares_in(number).tiers
        in_grace = self.grace is not None and number <= self.grace.years
        if self.admitted and not in_grace:
            return tiers
        origin_only = self.admitted and self.grace is not None and self.grace.rule is GraceRule.origin_none
        givers = {self.origin} if origin_only else set(self.codes)
        return tuple(Tier(tier.up_to_fen, self._yielded(tier.parts, givers)) for tier in tiers)

    def _yielded(self, parts: tuple[int, ...], givers: set[str]) -> tuple[int, ...]:
        """Move the givers' parts to the host."""
        moved = [0 if code in givers else part for code, part in zip(self.codes, parts, strict=True)]
        moved[self.place(self.host)] += sum(parts) - sum(moved)
        return tuple(moved)

    @property
    def admitted(self) -> bool:
        """Whether the entry test is passed; there is none in most agreements."""
        return self.entry is None or three_year_test(self.entry.before_fen, self.entry.average_fen).eligible

    def cap_of(self, code: str, span: Span) -> int | None:
        """The least of the caps of a party over a span, the entry test's sum among them; None without one."""
        found = [cap.fen for cap in self.caps if cap.party == code and cap.span is span]
        entry = self.entry
        if span is Span.term and entry is not None and entry.party == code and entry.cap_at_sum:
            found.append(sum(entry.before_fen))
        return min(found, default=None)
