"""The life of a project, from registration to full output, as one table of moves.

Nothing is decided outside the table: `next_state` answers the new state, or *every* reason that stands
against the move. Facts come in as one frozen record; there is no clock. The order of steps is the city's:
registration, review, acceptance and protection, transfer request, pool, applications, terms before name,
commitment letter, investor's choice, decision, signing and after. A step that several hosts take side by side
(apply, accept terms, commit) leaves the project in the furthest state that any of them has reached.
"""

from allocation.lifecycle.answers import may_reveal, moves, next_state, open_moves
from allocation.lifecycle.facts import Facts
from allocation.lifecycle.table import TABLE, Move
from allocation.lifecycle.words import (
    FINAL_STATES,
    POOL_STATES,
    SIGNED_STATES,
    STAGES,
    Action,
    Hand,
    Reason,
    State,
)

__all__ = [
    "FINAL_STATES",
    "POOL_STATES",
    "SIGNED_STATES",
    "STAGES",
    "TABLE",
    "Action",
    "Facts",
    "Hand",
    "Move",
    "Reason",
    "State",
    "may_reveal",
    "moves",
    "next_state",
    "open_moves",
]
