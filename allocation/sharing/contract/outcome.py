"""A case worked out: what is due, what is left out, credit and land, and whether it is as expected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from allocation.sharing.base import LevelTable, NoLevelShareError, Receipt, retained_fen
from allocation.sharing.contract.case import Case, CaseReceipt, Indicator, InvalidCaseError, OutsideTerm
from allocation.sharing.contract.credits import Counted, counted, credit_clause, land_balances
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.faults import Fault
from allocation.sharing.contract.known import Event, EventKind, Retained, Version
from allocation.sharing.contract.lines import Due, Outside, Reason, totals
from allocation.sharing.contract.outside import left_out
from allocation.sharing.contract.sums import known_faults, owed_faults
from allocation.sharing.contract.timeline import clock_start, in_force
from allocation.sharing.years import month_of

_OUTSIDE_CLAUSE = {
    Reason.before_effective: "effective_on",
    Reason.after_term: "years",
    Reason.after_end: "events",
}
"""The clause that puts a receipt outside the term; other reasons are no fault of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that follows from a case.

    Attributes:
        due: the lines.
        outside: receipts that are told and not counted.
        credits: what each party counts of each of the case's indicators.
        land: quota by party in hundredths of a mu.
    """

    due: Due
    outside: tuple[Outside, ...]
    credits: tuple[tuple[Indicator, Counted], ...]
    land: Mapping[str, int]

    @property
    def sum_check(self) -> bool:
        """Whether the parties sum to what was split, in every line and over all, and land to nothing."""
        exact = all(sum(line.amounts.parts) == line.amounts.shared for line in self.due.lines)
        return exact and sum(self.due.by_party.values()) == self.due.base_fen and not sum(self.land.values())


def work_out(case: Case) -> Outcome:
    """Work a case out.

    Raises:
        InvalidCaseError: receipts that cannot be placed, or sums of 2^53 fen and more; with all of them.
    """
    faults: list[Fault] = []
    receipts = _retained(case, faults)
    outside = left_out(case.versions, receipts.values(), case.events, through=case.through)
    if case.outside_term is OutsideTerm.refuse:
        places = {id(one): place for place, one in receipts.items()}
        for one in outside:
            if one.reason in _OUTSIDE_CLAUSE:
                pointer = f"/receipts/{places[id(one.receipt)]}/paid_on"
                day = str(one.receipt.paid_on)
                faults.append(Fault(_OUTSIDE_CLAUSE[one.reason], pointer, one.reason, day))
    faults += known_faults(_amounts(case, receipts), case.incentives)
    if faults:
        raise InvalidCaseError(tuple(faults))
    paid = list(receipts.values())
    told = {id(one.receipt) for one in outside}
    counted = [one for one in paid if id(one) not in told]
    due = entitle(case.versions, paid, case.incentives, case.events, through=case.through)
    beyond = tuple(owed_faults(case.versions, due.by_party))
    if beyond:
        raise InvalidCaseError(beyond)
    return Outcome(
        due=due,
        outside=outside,
        credits=tuple((one, _credit(case, counted, one)) for one in case.indicators),
        land=land_balances(case.versions[-1].contract, case.through),
    )


def as_known(receipts: Sequence[CaseReceipt]) -> list[int]:
    """The places of the receipts that count: the newest revision of each ticket, unless it is withdrawn."""
    newest: dict[str, int] = {}
    for place, one in enumerate(receipts):
        old = newest.get(one.ticket)
        if old is None or one.revision > receipts[old].revision:
            newest[one.ticket] = place
    return sorted(place for place in newest.values() if not receipts[place].withdrawn)


def _retained(case: Case, faults: list[Fault]) -> dict[int, Retained]:
    """The retained parts of the receipts as known, by their place in the file."""
    seen: dict[tuple[str, int], CaseReceipt] = {}
    for place, one in enumerate(case.receipts):
        if seen.setdefault((one.ticket, one.revision), one) != one:
            faults.append(Fault("receipts", f"/receipts/{place}/ticket", "ticket_twice", one.ticket))
    table = LevelTable(case.levels)
    found = {}
    for place in as_known(case.receipts):
        one = case.receipts[place]
        fen = _fen(case, one, place, table, faults)
        found[place] = Retained(one.ticket, one.paid_on, one.tax, one.kind, fen)
    return found


def _fen(case: Case, one: CaseReceipt, place: int, table: LevelTable, faults: list[Fault]) -> int:
    host = host_on(case.versions, case.events, one.paid_on)
    treasury = host if one.treasury is None else one.treasury
    if treasury != host:
        faults.append(Fault("parties", f"/receipts/{place}/treasury", "not_the_hosts_treasury", treasury))
    if one.retained_fen is not None:
        return one.retained_fen
    receipt = Receipt(
        ticket=one.ticket,
        paid_on=one.paid_on,
        treasury=treasury,
        tax=one.tax,
        kind=one.kind,
        amount_fen=one.amount_fen or 0,
        split=one.split,
    )
    try:
        return retained_fen(receipt, table, case.city)
    except NoLevelShareError:
        faults.append(Fault("levels", f"/receipts/{place}/tax", "no_level_share", one.tax))
        return 0


def _amounts(case: Case, retained: Mapping[int, Retained]) -> dict[str, list[tuple[str, int]]]:
    """The figures of the receipts that count, each with its field, in the file's order."""
    found: dict[str, list[tuple[str, int]]] = {}
    for place, kept in retained.items():
        one, head = case.receipts[place], f"/receipts/{place}"
        whole = "retained_fen" if one.amount_fen is None else "amount_fen"
        found.setdefault("retained", []).append((f"{head}/{whole}", kept.fen))
        if one.amount_fen is not None:
            found.setdefault("amount", []).append((f"{head}/amount_fen", one.amount_fen))
        if one.split is not None:
            for level, fen in asdict(one.split).items():
                found.setdefault(level, []).append((f"{head}/split/{level}", fen))
    return found


def host_on(versions: Iterable[Version], events: Iterable[Event], day: date) -> str:
    """Whose treasury collects on a day: the host's, or the one that took its place in a merger."""
    host = in_force(tuple(versions), day).contract.host
    mergers = (one for one in events if one.kind is EventKind.merger and one.on <= day)
    for event in sorted(mergers, key=lambda one: one.on):
        if event.predecessor == host:
            host = event.successor
    return host


def _credit(case: Case, paid: Iterable[Retained], one: Indicator) -> Counted:
    contract = in_force(case.versions, one.on).contract
    clause = credit_clause(contract, one.indicator)
    known = [event for event in case.events if month_of(event.on) <= case.through]
    started = None if clause is None else clock_start(clause.clock, paid, known)
    return counted(contract, clause, started, one.on, one.value)


def differences(case: Case, outcome: Outcome) -> list[tuple[str, Any, Any]]:
    """Where a case did not come out as its `expect` says: field, expected, found."""
    if case.expect is None:
        return []
    numbers = sorted({line.agreement_year for line in outcome.due.lines})
    found = {
        "by_party": outcome.due.by_party,
        "base_fen": outcome.due.base_fen,
        "lines": len(outcome.due.lines),
        "by_year": {
            str(number): totals(line for line in outcome.due.lines if line.agreement_year == number)
            for number in numbers
        },
        "credits": [
            dict(zip(in_force(case.versions, one.on).contract.codes, two.parts, strict=True))
            | {"city": two.city}
            for one, two in outcome.credits
        ],
        "land": dict(outcome.land),
        "outside": len(outcome.outside),
    }
    return [(name, value, found[name]) for name, value in case.expect.items() if found[name] != value]
