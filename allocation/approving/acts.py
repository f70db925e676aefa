"""An act on a sheet: its facts, and the sheet after it."""

from collections.abc import Sequence
from dataclasses import replace

from allocation.approving.sheet import Act, Ask, Sheet, Step
from allocation.approving.table import TABLE, Facts, next_state
from allocation.approving.words import Reason, SheetState, StepKind, Verb

_QUIET = frozenset({Verb.copy, Verb.submit})
"""Acts after which a signature may still be taken back."""

_SUPPLIED = frozenset({Reason.no_reason, Reason.no_person, Reason.person_unfit, Reason.no_earlier_step})
"""Reasons that a form can still meet."""


def own_step(sheet: Sheet, ask: Ask) -> Step | None:
    """Return the open step that the asker may sign: the named one, else the first of theirs."""
    return next(
        (
            step
            for step in sheet.open_steps
            if ask.step in {None, step.key}
            and (step.key in ask.may_sign if step.person is None else step.person in ask.hands)
        ),
        None,
    )


def facts_of(sheet: Sheet, ask: Ask) -> Facts:
    """Return what stands for and against an act."""
    step, to = own_step(sheet, ask), _target(sheet, ask)
    last = _last_signature(sheet)
    taken = sheet.maker | sheet.signers | {one.person for one in sheet.steps if one.waits and one.person}
    return Facts(
        fresh=ask.seen == len(sheet.acts),
        is_signer=step is not None,
        other_person=not ask.hands & (sheet.maker | sheet.signers),
        is_maker=bool(ask.hands & sheet.maker),
        involved=ask.involved or step is not None or bool(ask.hands & (sheet.maker | sheet.signers)),
        reason_given=ask.reason,
        person_given=ask.person is not None,
        person_fits=ask.person is not None and ask.person not in taken | ask.hands,
        target_is_earlier=ask.to is None or to is not None,
        to_maker=ask.to is None,
        nobody_acted=all(one.verb is Verb.copy for one in sheet.acts),
        last_signature_own=last is not None and last.hands == ask.hands,
        last_missing=sheet.left == 1,
    )


def _target(sheet: Sheet, ask: Ask) -> Step | None:
    """Return the signed step that a return goes back to."""
    return next((step for step in sheet.steps if step.key == ask.to and step.signed), None)


def _last_signature(sheet: Sheet) -> Act | None:
    """Return the act that signed last, if nobody did anything else since."""
    loud = [one for one in sheet.acts if one.verb not in _QUIET]
    last = loud[-1] if loud else None
    return last if last is not None and last.verb is Verb.agree else None


def act(sheet: Sheet, ask: Ask) -> Sheet | tuple[Reason, ...]:
    """Return the sheet after an act, or every reason against it."""
    answer = next_state(sheet.state, ask.verb, facts_of(sheet, ask))
    if not isinstance(answer, SheetState):
        return answer
    step = own_step(sheet, ask)
    if ask.verb is Verb.withdraw_act:
        last = _last_signature(sheet)
        key = None if last is None else last.step
    else:
        key = None if step is None or ask.verb in _QUIET | {Verb.withdraw} else step.key
    turn = next((one.turn for one in sheet.steps if one.key == key), 0)
    return replace(
        sheet,
        state=answer,
        steps=_steps(sheet, ask, key),
        acts=(*sheet.acts, Act(verb=ask.verb, hands=ask.hands, step=key, turn=turn)),
    )


def _steps(sheet: Sheet, ask: Ask, key: int | None) -> tuple[Step, ...]:
    steps = sheet.steps
    new = max((step.key for step in steps), default=0) + 1
    if ask.verb is Verb.copy:
        return (*steps, Step(key=new, kind=StepKind.read, person=ask.person))
    if ask.verb is Verb.return_:
        first = 0 if ask.to is None else sheet.place(ask.to)
        return (*steps[:first], *(_cleared(step) for step in steps[first:]))
    if key is None:
        return steps
    place = sheet.place(key)
    here = steps[place]
    added = Step(key=new, person=ask.person)
    changed: dict[Verb, Sequence[Step]] = {
        Verb.agree: (replace(here, signed=ask.hands),),
        Verb.withdraw_act: (_cleared(here),),
        Verb.add_before: (added, here),
        Verb.add_after: (here, added),
        Verb.forward: (replace(here, person=ask.person),),
        Verb.refuse: (here,),
    }
    return (*steps[:place], *changed[ask.verb], *steps[place + 1 :])


def _cleared(step: Step) -> Step:
    return step if step.signed is None else replace(step, signed=None, turn=step.turn + 1)


def open_verbs(sheet: Sheet, ask: Ask) -> tuple[Verb, ...]:
    """Return what the asker may do now; what a form can still supply (words, a person) does not count."""

    def is_open(verb: Verb) -> bool:
        answer = next_state(sheet.state, verb, facts_of(sheet, replace(ask, verb=verb)))
        return isinstance(answer, SheetState) or set(answer) <= _SUPPLIED

    return tuple(verb for verb in TABLE if is_open(verb))
