"""The closed lists of an approval sheet."""

from enum import StrEnum
from typing import Final


class SheetState(StrEnum):
    """Where a sheet stands."""

    open = "open"  # somebody is to sign
    returned = "returned"  # with the maker, to be put right and handed in again
    agreed = "agreed"
    refused = "refused"
    withdrawn = "withdrawn"


FINAL: Final = frozenset({SheetState.agreed, SheetState.refused, SheetState.withdrawn})
"""States that no act leaves."""


class StepKind(StrEnum):
    """What a step asks for."""

    sign = "sign"
    countersign = "countersign"  # 会签: side by side with its neighbours of the same kind
    read = "read"  # 抄送: to know, never to wait for


class Verb(StrEnum):
    """What a person may do with a sheet."""

    agree = "agree"  # 同意
    refuse = "refuse"  # 不同意
    return_ = "return"  # 退回, to the maker or to an earlier step
    add_before = "add_before"  # 加签: another signs first
    add_after = "add_after"  # 加签: another signs next
    forward = "forward"  # 转办: another signs in one's place
    copy = "copy"  # 抄送
    withdraw_act = "withdraw_act"  # 撤回 of one's signature, before the next person acts
    withdraw = "withdraw"  # 撤回 of the sheet by its maker, before anybody acts
    submit = "submit"  # hand a returned sheet in again


class Reason(StrEnum):
    """Why an act is refused."""

    wrong_state = "wrong_state"
    seen_older = "seen_older"  # somebody acted since the sheet was read
    not_signer = "not_signer"  # no open step is this person's
    same_person = "same_person"  # made it, or signed another step, alone or for another
    not_maker = "not_maker"
    not_involved = "not_involved"
    no_reason = "no_reason"
    no_person = "no_person"
    person_unfit = "person_unfit"  # the maker, somebody who signed, or somebody who is to sign
    no_earlier_step = "no_earlier_step"
    already_acted = "already_acted"  # a step was acted on, so the maker cannot take the sheet back
    next_acted = "next_acted"  # the last signature is not this person's
