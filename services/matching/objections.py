"""An objection's way: who looks at it, what is said, how it ends, and who may read of it."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, State
from auth.errors import NotPermitted
from auth.objections import (
    can_name_reviewer,
    can_read_match_objection,
    can_review_match_objection,
    can_withdraw_match_objection,
)
from auth.principal import Principal, Role
from services.files.walls import Wall, keep_wall
from services.files.words import Subject
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.matching import objection_repo as repo
from services.matching.errors import BadDecision
from services.matching.objecting import add_message
from services.matching.objection_errors import (
    MatchObjectionAnswered,
    NoSuchMatchObjection,
    NotIndependent,
    NotTheReviewer,
)
from services.matching.objection_schemas import MatchAnswerForm, MessageForm, ReviewerAnswer
from services.matching.objection_tables import (
    MatchObjection,
    MatchObjectionAnswer,
    MatchObjectionReviewer,
)
from services.matching.objection_words import Consequence, Outcome, Side
from services.matching.run_requests import request_run
from services.matching.words import DecisionState
from services.projects import service as projects
from services.projects.schemas import MoveForm
from services.projects.words import Exit


async def find(
    session: AsyncSession, principal: Principal, objection_id: UUID, *, lock: bool = False
) -> MatchObjection:
    """Return an objection to those who may read it.

    Raises:
        NoSuchMatchObjection: none, or none that the asker may know of.
    """
    found = await repo.objection(session, principal.city, objection_id, lock=lock)
    if found is None or not can_read_match_objection(principal, found.county):
        raise NoSuchMatchObjection
    return found


async def _open(session: AsyncSession, principal: Principal, objection_id: UUID) -> MatchObjection:
    found = await find(session, principal, objection_id, lock=True)
    if await repo.answer(session, found.city, found.id) is not None:
        raise MatchObjectionAnswered
    return found


async def independent(
    session: AsyncSession, principal: Principal, objection_id: UUID
) -> list[ReviewerAnswer]:
    """List who may look at an objection: of the city's office, without a hand in the match.

    Raises:
        NoSuchMatchObjection: none that the asker may know of.
        NotPermitted: the city's office names the reviewer.
    """
    found = await find(session, principal, objection_id)
    if not can_name_reviewer(principal):
        raise NotPermitted
    hands = await repo.hands(session, found.city, found.id)
    return [
        ReviewerAnswer(account=row.id, name=row.display_name)
        for row in await repo.officers(session, found.city)
        if row.id not in hands
    ]


async def name_reviewer(
    session: AsyncSession, principal: Principal, objection_id: UUID, reviewer: UUID
) -> None:
    """Name who looks at an objection; the county sees the name. A later name replaces it.

    Raises:
        NoSuchMatchObjection: none that the asker may know of.
        NotPermitted: the city's office names the reviewer.
        MatchObjectionAnswered: it is answered.
        NotIndependent: not of the city's office, or with a hand in the match.
    """
    if not can_name_reviewer(principal):
        await find(session, principal, objection_id)
        raise NotPermitted
    found = await _open(session, principal, objection_id)
    if reviewer == principal.account:
        name, fit = principal.name, True
    else:
        accounts = {row.id: row.display_name for row in await repo.officers(session, found.city)}
        name, fit = accounts.get(reviewer, ""), reviewer in accounts
    if not fit or reviewer in await repo.hands(session, found.city, found.id):
        raise NotIndependent
    before = await repo.reviewers(session, found.city, found.id)
    session.add(
        MatchObjectionReviewer(
            city=found.city,
            objection=found.id,
            seq=1 + (before[0].seq if before else 0),
            reviewer=reviewer,
            reviewer_name=name,
            by=principal.account,
            by_name=principal.name,
            on_date=await Clock().today(session, found.city),
        )
    )
    await _record(session, principal, found, "matching.reviewer_named", {"reviewer": str(reviewer)})


async def answer(
    session: AsyncSession, principal: Principal, objection_id: UUID, form: MatchAnswerForm
) -> None:
    """Answer an objection as its reviewer, with reasons.

    Upheld before signing, the decision goes back: a waiting one is returned, a hold is released and the
    project is decided on anew; with `rerun` the pool is matched again. After signing it is only recorded.

    Raises:
        NoSuchMatchObjection: none that the asker may know of.
        MatchObjectionAnswered: it is answered.
        NotTheReviewer: another person is named, or nobody.
        NotIndependent: the reviewer had a hand in the match since.
        TooManyRuns: this person asked for too many runs within an hour.
    """
    found = await _open(session, principal, objection_id)
    named = await repo.reviewers(session, found.city, found.id)
    if not named or named[0].reviewer != principal.account:
        raise NotTheReviewer
    if not can_review_match_objection(principal, await repo.hands(session, found.city, found.id)):
        raise NotIndependent
    consequence = Consequence.none
    if form.upheld:
        consequence = await _send_back(session, principal, found, form)
    await _close(
        session,
        principal,
        found,
        Outcome.upheld if form.upheld else Outcome.dismissed,
        form.reason,
        consequence,
    )


async def _send_back(
    session: AsyncSession, principal: Principal, found: MatchObjection, form: MatchAnswerForm
) -> Consequence:
    consequence = Consequence.none
    decision = None if found.decision is None else await repo.decision(session, found.city, found.decision)
    if decision is not None and decision.state is DecisionState.waiting:
        decision.state = DecisionState.returned
        consequence = Consequence.decision_returned
    elif decision is not None:
        project = (await projects.open_dossier(session, principal, found.project)).project
        if project.state is State.held:
            move = MoveForm(action=Action.release_hold, reason=Exit.meeting, evidence=form.reason[:500])
            await projects.move(session, principal, found.project, move)
            decision.state = DecisionState.returned
            consequence = Consequence.hold_released
    await session.flush()
    if form.rerun:
        await request_run(session, principal)
        return consequence if consequence is not Consequence.none else Consequence.run_requested
    return consequence


async def withdraw(session: AsyncSession, principal: Principal, objection_id: UUID, reason: str) -> None:
    """Take one's county's objection back.

    Raises:
        NoSuchMatchObjection: none that the asker may know of.
        NotPermitted: only its own county withdraws it.
        MatchObjectionAnswered: it is answered.
    """
    found = await _open(session, principal, objection_id)
    if not can_withdraw_match_objection(principal, found.county):
        raise NotPermitted
    await _close(session, principal, found, Outcome.withdrawn, reason, Consequence.none)


async def say(session: AsyncSession, principal: Principal, objection_id: UUID, form: MessageForm) -> None:
    """Say something in the thread, or add a file; both the county and the city read it.

    Raises:
        NoSuchMatchObjection: none that the asker may know of.
        NotPermitted: the auditor reads only.
        MatchObjectionAnswered: it is answered.
        BadDecision: neither words nor a file.
        NoSuchFile: the file is none of this person's.
    """
    found = await _open(session, principal, objection_id)
    if principal.role is Role.auditor:
        raise NotPermitted
    if not form.text and form.file is None:
        raise BadDecision(errors=[FieldError("/text", "needed", lazy("写一句话或附一份文件"))])
    side = Side.city if principal.role is Role.city_office else Side.county
    today = await Clock().today(session, found.city)
    await add_message(session, principal, found.id, side, form.text, form.file, today)
    await _record(session, principal, found, "matching.objection_said", {"file": form.file is not None})


async def _close(
    session: AsyncSession,
    principal: Principal,
    found: MatchObjection,
    outcome: Outcome,
    reason: str,
    consequence: Consequence,
) -> None:
    session.add(
        MatchObjectionAnswer(
            city=found.city,
            objection=found.id,
            objected_by=found.by,
            outcome=outcome,
            consequence=consequence,
            reason=reason,
            by=principal.account,
            by_name=principal.name,
            on_date=await Clock().today(session, found.city),
        )
    )
    after: dict[str, object] = {"outcome": outcome.value, "consequence": consequence.value, "reason": reason}
    await _record(session, principal, found, "matching.objection_closed", after)


async def _record(
    session: AsyncSession,
    principal: Principal,
    found: MatchObjection,
    action: str,
    after: dict[str, object],
) -> None:
    await record_event(
        session,
        found.city,
        actor=principal,
        action=action,
        entity="match_objection",
        entity_id=found.id,
        after=after,
    )
    await session.flush()


async def _may_read(session: AsyncSession, principal: Principal, objection: UUID) -> bool:
    found = await repo.objection(session, principal.city, objection)
    return found is not None and can_read_match_objection(principal, found.county)


async def _ended_on(session: AsyncSession, city: str, objection: UUID) -> date | None:
    found = await repo.answer(session, city, objection)
    return None if found is None else found.on_date


keep_wall(Subject.objection, Wall(may_read=_may_read, ended_on=_ended_on))
