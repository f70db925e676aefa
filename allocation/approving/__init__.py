"""An approval sheet (审批单): a matter, a chain of steps, and what each verb makes of them.

Nothing is decided outside the table: `act` answers the sheet after an act, or *every* reason that stands
against it. Nobody signs what they made, nobody signs twice, and whoever acts for another counts as both of
them. Steps stand in their order; steps of kind `countersign` (会签) that follow one another are open side by
side; a step of kind `read` (抄送) holds nobody up. An act never leaves the history, not even when withdrawn.
"""

from allocation.approving.acts import act, facts_of, open_verbs
from allocation.approving.sheet import Act, Ask, Hands, Sheet, Step
from allocation.approving.table import TABLE, Facts, Row, next_state
from allocation.approving.words import FINAL, Reason, SheetState, StepKind, Verb

__all__ = [
    "FINAL",
    "TABLE",
    "Act",
    "Ask",
    "Facts",
    "Hands",
    "Reason",
    "Row",
    "Sheet",
    "SheetState",
    "Step",
    "StepKind",
    "Verb",
    "act",
    "facts_of",
    "next_state",
    "open_verbs",
]
