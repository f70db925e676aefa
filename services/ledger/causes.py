"""Differences of earlier months taken apart by cause, and what of them may be booked.

In a closed year receipts flow by rule; what any other cause changes is held back until an approved adjustment
sheet (调整单) covers it. The rest is booked: a doubtful difference holds up nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.amounts import Amounts
from allocation.sharing.causes import divide
from allocation.sharing.entitlement import Entitlement, Line
from allocation.sharing.postings import Key, Posting, key_of
from allocation.sharing.taxes import Tax
from services.ledger.agreed import Agreed
from services.ledger.history import Basis, History
from services.ledger.knowledge import Knowledge, due_of, given_of, paid_of, read_knowledge
from services.ledger.reopening_words import Cause

_TAXES = list(Tax)
_CAUSES = list(Cause)


class Part(NamedTuple):
    """A part of a difference: to book, or held back for want of a sheet.

    `cause` is None for the month that is computed itself. `sheet` is the number of the adjustment sheet that
    allows it. `cap_fen` and `clock_start` are those of the state in which the part's figures stand.
    """

    posting: Posting
    cause: Cause | None
    sheet: str | None
    cap_fen: int | None
    clock_start: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is due to an agreement now, and what was posted."""

    agreed: Agreed
    entitlement: Entitlement
    posted: Mapping[Key, Amounts]


class _At(NamedTuple):
    """A state of knowledge: up to which number each of the four inputs is taken."""

    receipts: int
    incentives: int
    terms: int
    levels: int


class _Label(NamedTuple):
    cause: Cause
    sheet: str | None
    held: bool


class _State(NamedTuple):
    """What an agreement is due in a state, by key, with the clock and cap that hold in it."""

    lines: Mapping[Key, Line]
    clock_start: date | None
    cap_fen: int | None


_ORDER = ((Cause.incentive, "incentives"), (Cause.terms, "terms"), (Cause.level_table, "levels"))


def place(key: Key) -> tuple[str, int, int]:
    """The order of postings: month, agreement year, tax."""
    return (key.month, key.agreement_year, _TAXES.index(key.tax))


def steps(basis: Basis, now: int) -> Iterator[tuple[_Label, _At]]:
    """The states between what was booked and now; each is new in one thing against the one before.

    First the engine on what was known when it was booked, then the receipts, then the rest: up to each
    pending sheet's number for that sheet, and up to now without one.
    """
    at = _At(basis.receipts, basis.other, basis.other, basis.other)
    owner = next((sheet.number for sheet in basis.pending if Cause.engine in sheet.causes), None)
    yield _Label(Cause.engine, owner, basis.settled and owner is None), at
    for sheet in (*basis.pending, None):
        until = sheet.basis if sheet else now
        at = at._replace(receipts=until)
        yield _Label(Cause.receipt, None, held=False), at
        for cause, name in _ORDER:
            at = at._replace(**{name: until})
            yield _Label(cause, sheet.number if sheet else None, basis.settled and sheet is None), at


class Divider:
    """Takes differences apart for one calculation; states and what is due in them are worked out once."""

    def __init__(self, knowledge: Knowledge, history: History, through: str) -> None:
        self.now, self.history, self.through = knowledge, history, through
        self._past: dict[int, Knowledge] = {knowledge.known: knowledge}
        self._due: dict[tuple[UUID, str], _State] = {}

    def bases(self, work: Work) -> dict[str, Basis | None]:
        """Where each earlier month of an agreement stands."""
        keys = {key_of(line) for line in work.entitlement.lines} | work.posted.keys()
        months = {key.month for key in keys if key.month < self.through}
        return {month: self.history.basis(work.agreed.id, month) for month in months}

    def asks(self, work: Work, late: bool) -> bool:
        """Whether earlier months of an agreement must be looked into.

        They must where their sum changes (`late`), and where a closed month may have changes of several
        causes that cancel out.
        """
        if late:
            return True
        settled = [basis for basis in self.bases(work).values() if basis and basis.settled]
        if not settled:
            return False
        newest = max(
            work.agreed.known,
            self.now.levels_known,
            *(row["known"] for row in given_of(work.agreed, self.now.incentives)),
        )
        oldest = min(basis.other for basis in settled)
        return newest > oldest or work.agreed.ended_on is not None or any(one.pending for one in settled)

    async def read(self, session: AsyncSession, works: Sequence[Work]) -> None:
        """Read the past states that the agreements' months need."""
        bases = [basis for work in works for basis in self._groups(work) if basis is not None]
        wanted = {
            number
            for basis in bases
            for number in (basis.other, basis.receipts, *(sheet.basis for sheet in basis.pending))
        }
        firms = sorted({work.agreed.credit_code for work in works if work.agreed.credit_code})
        for known in sorted(wanted - self._past.keys()):
            self._past[known] = await read_knowledge(session, self.now.city, known, firms)

    def _groups(self, work: Work) -> dict[Basis | None, set[str]]:
        """The earlier months by where they stand; closed months count even where nothing is due or booked."""
        groups: dict[Basis | None, set[str]] = {}
        for month, basis in self.bases(work).items():
            groups.setdefault(basis, set()).add(month)
        for month in self.history.closed:
            if month < self.through:
                groups.setdefault(self.history.basis(work.agreed.id, month), set()).add(month)
        return groups

    def parts(self, work: Work) -> tuple[list[Part], list[Part]]:
        """Take the earlier months of an agreement apart: what to book, and what is held back."""
        booked: list[Part] = []
        held: list[Part] = []
        now = self._now(work)
        for basis, months in self._groups(work).items():
            chain = (
                []
                if basis is None
                else [(label, self._at(work, at)) for label, at in steps(basis, self.now.known)]
            )
            accepted = next((state for label, state in reversed(chain) if not label.held), now)
            states = [state for _, state in chain] or [now]
            keys = {key for state in states for key in state.lines} | work.posted.keys()
            for key in sorted((key for key in keys if key.month in months), key=place):
                before = work.posted.get(key, Amounts())
                due = [(label, _amounts(state, key)) for label, state in chain]
                due = due or [(_Label(Cause.not_computed, None, held=False), _amounts(now, key))]
                found = divide(before, due)
                for label in sorted(found, key=lambda one: (one.held, _CAUSES.index(one.cause))):
                    state = now if label.held else accepted
                    part = Part(
                        Posting(key, found[label], before, state.lines.get(key)),
                        label.cause,
                        label.sheet,
                        state.cap_fen,
                        state.clock_start,
                    )
                    (held if label.held else booked).append(part)
                    before += found[label]
        booked.sort(key=lambda part: place(part.posting.key))
        held.sort(key=lambda part: place(part.posting.key))
        return booked, held

    def _now(self, work: Work) -> _State:
        return _state(work.agreed, work.entitlement)

    def _at(self, work: Work, at: _At) -> _State:
        """What the agreement is due in a state, with the same inputs worked out once."""
        agreed = next((one for one in self._past[at.terms].agreements if one.id == work.agreed.id), None)
        if agreed is None:
            return _State({}, None, None)
        paid, given = (
            paid_of(agreed, self._past[at.receipts].receipts),
            given_of(agreed, self._past[at.incentives].incentives),
        )
        levels = self._past[at.levels]
        inputs = repr(
            (
                agreed.versions,
                agreed.ended_on,
                [(row["ticket"], row["revision"]) for row in paid],
                [(row["document_no"], row["revision"]) for row in given],
                levels.levels_known,
            )
        )
        place_ = (agreed.id, inputs)
        if place_ not in self._due:
            due = due_of(agreed, paid, given, levels.levels, self.now.city, self.through)
            self._due[place_] = _state(agreed, due)
        return self._due[place_]


def _state(agreed: Agreed, due: Entitlement) -> _State:
    return _State({key_of(line): line for line in due.lines}, due.clock_start, agreed.terms.cap_fen)


def _amounts(state: _State, key: Key) -> Amounts:
    line = state.lines.get(key)
    return line.amounts if line else Amounts()
