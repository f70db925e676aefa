"""What events do to the lines: a repayment on relocation, and a successor in a merged party's place."""

from collections.abc import Iterable, Sequence
from datetime import date

from allocation.sharing.contract.known import Event, EventKind, Version
from allocation.sharing.contract.lines import Line, LineKind, totals
from allocation.sharing.contract.timeline import in_force
from allocation.sharing.contract.trueup import moved
from allocation.sharing.split import split_by_ratio
from allocation.sharing.years import agreement_year, anniversary, month_of


def clawed_back(
    versions: Sequence[Version], lines: Sequence[Line], start: date, events: Iterable[Event], through: str
) -> list[Line]:
    """The repayment on the first relocation, from the clause in force on its day."""
    days = [event.on for event in events if event.kind is EventKind.relocation]
    if not days or month_of(min(days)) > through:
        return []
    day = min(days)
    version = in_force(versions, day)
    clause = version.contract.clawback
    if clause is None:
        return []
    after, until = month_of(anniversary(day, -clause.years)), month_of(day)
    got = totals(line for line in lines if after < line.month <= until).get(clause.giver, 0)
    back = split_by_ratio(got, clause.part_bp)[0]
    if back <= 0:
        return []
    number = agreement_year(versions[0].contract.year_basis, start, day)
    before = tuple(got if code == clause.giver else 0 for code in version.contract.codes)
    move = (clause.giver, clause.taker, back)
    return [moved(version, number, until, LineKind.clawback, move, before)]


def succeeded(lines: Iterable[Line], events: Iterable[Event]) -> list[Line]:
    """Put successors in the place of merged parties, from the month of the merger on.

    Earlier months keep the predecessor's name. A successor takes over its counts too: a cap goes on where
    it stood, and two agreements that come to have the same host are still worked out apart.
    """
    mergers = sorted(
        (event for event in events if event.kind is EventKind.merger), key=lambda event: event.on
    )
    found = []
    for line in lines:
        parties = line.parties
        for event in mergers:
            if month_of(event.on) <= line.month:
                parties = tuple(event.successor if code == event.predecessor else code for code in parties)
        found.append(line._replace(parties=parties))
    return found
