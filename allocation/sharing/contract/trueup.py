"""What is settled at an agreement year's end: floors as far as the payer has, guarantees in any case."""

from allocation.sharing.contract.clauses import Least
from allocation.sharing.contract.known import Version
from allocation.sharing.contract.lines import Figures, Line, LineKind
from allocation.sharing.contract.segment import State, room_of


def true_up(version: Version, number: int, month: str, state: State) -> list[Line]:
    """The lines that bring parties to their least, floors first, and count in `state` what they move.

    A party's caps limit a true-up too. Clauses are met in their listed order.
    """
    contract = version.contract
    several = [(LineKind.floor, least) for least in contract.floors]
    several += [(LineKind.guarantee, least) for least in contract.guarantees]
    found = [_line(version, number, month, state, kind, least) for kind, least in several]
    return [line for line in found if line is not None]


def _line(
    version: Version, number: int, month: str, state: State, kind: LineKind, least: Least
) -> Line | None:
    codes = version.contract.codes
    before = tuple(state.got_year.get(code, 0) for code in codes)
    missing = least.fen - state.got_year.get(least.party, 0)
    if kind is LineKind.floor:
        missing = min(missing, state.got_year.get(least.payer, 0))
    room = room_of(version, least.party, state)
    if room is not None:
        missing = min(missing, room)
    if missing <= 0:
        return None
    line = moved(version, number, month, kind, (least.payer, least.party, missing), before)
    state.book(codes, line.amounts.parts)
    return line


def moved(
    version: Version,
    number: int,
    month: str,
    kind: LineKind,
    move: tuple[str, str, int],
    before: tuple[int, ...],
) -> Line:
    """A line of its own that moves fen from one party to another (`giver, taker, fen`) and splits nothing."""
    giver, taker, fen = move
    codes = version.contract.codes
    parts = tuple(fen * ((code == taker) - (code == giver)) for code in codes)
    figures = Figures(0, 0, 0, parts)
    return Line(kind, number, None, month, version.version, codes, 0, figures, figures, before)
