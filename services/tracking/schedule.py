"""清单调度 and 办结销号: items opened, done with evidence, verified by another person, struck off."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.tracking.schedule import NEEDS_EVIDENCE, NEEDS_REASON, days_late, next_state, steps_from
from allocation.tracking.words import ItemState, ItemStep
from auth.policy import differs
from auth.principal import Principal, Role
from auth.tracking import can_strike_off, can_verify_item
from services.accounts import repo as accounts
from services.accounts.tables import Account
from services.files.binding import bind_all, check_evidence
from services.files.words import Subject
from services.kit.errors import FieldError, SamePerson, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects.tables import Project
from services.regions.repo import load_region, unit_names
from services.tracking.cases import Tracked, may_keep, open_kept, open_tracked, seen_by
from services.tracking.errors import BadTracking, NoSuchItem, NotYourTracking, WrongItemStep
from services.tracking.schemas import ItemForm, StepForm
from services.tracking.tables import ScheduleItem, ScheduleStep
from services.tracking.views import ItemsAnswer, ItemView, StepView

FURTHEST = timedelta(days=3653)
"""How far ahead an item may be due: ten years."""
MOST = 500
"""Items that a list shows."""


async def open_item(session: AsyncSession, principal: Principal, ref: str | UUID, form: ItemForm) -> ItemView:
    """Put an item on a project's list.

    Raises:
        NoSuchProject: none that the asker tracks.
        NotYourTracking: the asker only reads it.
        BadTracking: nobody answers for it, its unit is none or does not see the project, or it is due before
            today or in more than ten years.
    """
    case = await open_kept(session, principal, ref)
    wrong = []
    if not form.post and form.person is None:
        wrong.append(FieldError("/post", "needed", lazy("请写明责任人的岗位，或选择责任人账户；不写电话")))
    if form.due_on < case.today:
        wrong.append(FieldError("/due_on", "past", lazy("完成时限不能早于今天")))
    elif form.due_on > case.today + FURTHEST:
        wrong.append(FieldError("/due_on", "far", lazy("完成时限应在今后十年以内")))
    if await load_region(session, principal.city, form.unit) is None:
        wrong.append(FieldError("/unit", "unknown", lazy("没有这个责任单位")))
    elif form.unit not in case.units:
        told = lazy("这个单位看不到本项目，责任单位请选来源县区、承接县区或市级")
        wrong.append(FieldError("/unit", "unseen", told))
    if form.person is not None and not await _answers(session, form.person, case):
        wrong.append(FieldError("/person", "unknown", lazy("没有这个责任人账户")))
    if wrong:
        raise BadTracking(errors=wrong)
    item = ScheduleItem(
        **form.model_dump(),
        city=principal.city,
        id=uuid7(),
        project=case.project.id,
        state=ItemState.opened,
        opened_by=principal.account,
        opened_name=principal.name,
        opened_on=case.today,
        revision=1,
    )
    session.add(item)
    await session.flush()
    await _record(session, principal, item, "tracking.item_opened", {"due_on": item.due_on.isoformat()})
    return await item_view(session, principal, item.id)


async def _answers(session: AsyncSession, person: UUID, case: Tracked) -> bool:
    """Tell whether a person is of the county that answers for the project, or of the city's office."""
    account = await accounts.account_by_id(session, case.project.city, person)
    return account is not None and account.county in {case.keeper, case.project.city}


async def take_step(
    session: AsyncSession, principal: Principal, key: UUID, form: StepForm, revision: int
) -> ItemView:
    """Take a step of an item.

    Raises:
        NoSuchItem: none of a project that the asker tracks.
        Stale: somebody took a step since.
        WrongItemStep: the item does not stand where the step starts.
        SamePerson: who reported it done may not verify it.
        NotYourTracking: the step is another's to take.
        BadTracking: no evidence, or no reason, where one is needed.
        NoSuchFile, WrongEvidence: a file that the asker may not read.
    """
    item, project, today = await _locked(session, principal, key)
    if item.revision != revision:
        raise Stale
    after = next_state(item.state, form.step)
    if after is None:
        raise WrongItemStep
    _check_hands(principal, project, item, form.step)
    if form.step in NEEDS_EVIDENCE and not form.evidence.strip() and not form.files:
        told = lazy("报办结须有佐证：写明材料，或附上文件")
        raise BadTracking(errors=[FieldError("/evidence", "needed", told)])
    if form.step in NEEDS_REASON and not form.reason.strip():
        raise BadTracking(errors=[FieldError("/reason", "needed", lazy("退回或重新打开须说明理由"))])
    named = await check_evidence(session, principal, "schedule", form.files)
    _stand(item, after, principal, today)
    step = ScheduleStep(
        city=item.city,
        id=uuid7(),
        item=item.id,
        seq=item.revision,
        step=form.step,
        evidence=form.evidence,
        files=[file.model_dump() for file in named],
        reason=form.reason,
        by=principal.account,
        by_name=principal.name,
        office=principal.office,
        on_date=today,
    )
    item.revision += 1
    session.add(step)
    await session.flush()
    await bind_all(session, principal, named, Subject.project, project.id, today=today)
    await _record(session, principal, item, f"tracking.item_{form.step.value}", {"state": after.value})
    return await item_view(session, principal, item.id)


def _check_hands(principal: Principal, project: Project, item: ScheduleItem, step: ItemStep) -> None:
    if not _may(principal, project, item, step):
        if step is ItemStep.verify and not differs(item.done_by, principal):
            raise SamePerson
        raise NotYourTracking


def _may(principal: Principal, project: Project, item: ScheduleItem, step: ItemStep) -> bool:
    if step is ItemStep.finish:
        return may_keep(principal, project) or principal.account == item.person
    if step in {ItemStep.verify, ItemStep.send_back}:
        return can_verify_item(principal, project.origin, project.host_county, item.done_by)
    return can_strike_off(principal, project.origin, project.host_county)


def _stand(item: ScheduleItem, state: ItemState, principal: Principal, today: date) -> None:
    """Write where an item stands now, and who brought it there."""
    item.state = state
    if state is ItemState.done:
        item.done_by, item.done_on = principal.account, today
    elif state is ItemState.verified:
        item.verified_by, item.verified_on = principal.account, today
    elif state is ItemState.closed:
        item.closed_on = today
    else:
        item.done_by = item.done_on = item.verified_by = item.verified_on = item.closed_on = None


async def _locked(
    session: AsyncSession, principal: Principal, key: UUID
) -> tuple[ScheduleItem, Project, date]:
    found = await session.scalar(
        select(ScheduleItem)
        .where(col(ScheduleItem.city) == principal.city, col(ScheduleItem.id) == key)
        .with_for_update()
    )
    if found is None or await _hidden(session, principal, found.project):
        raise NoSuchItem
    case = await open_tracked(session, principal, found.project)
    return found, case.project, case.today


async def _hidden(session: AsyncSession, principal: Principal, project: UUID) -> bool:
    query = select(Project).where(col(Project.id) == project, seen_by(principal))
    return (await session.scalars(query)).one_or_none() is None


async def item_view(session: AsyncSession, principal: Principal, key: UUID) -> ItemView:
    """Return one item as it stands now.

    Raises:
        NoSuchItem: none of a project that the asker tracks.
    """
    item, _, today = await _locked(session, principal, key)
    found = await items(session, principal, today, only=item.id)
    return found.items[0]


async def items(
    session: AsyncSession,
    principal: Principal,
    today: date,
    *,
    project: UUID | None = None,
    only: UUID | None = None,
    standing: bool = False,
) -> ItemsAnswer:
    """Return items of the projects that somebody tracks, the earliest due first.

    Args:
        session: the asker's transaction.
        principal: who asks.
        today: the business date, against which what is late is flagged.
        project: only those of one project.
        only: only this one.
        standing: only those not yet struck off.
    """
    query = (
        select(ScheduleItem, Project)
        .join(
            Project,
            (col(Project.city) == col(ScheduleItem.city)) & (col(Project.id) == col(ScheduleItem.project)),
        )
        .where(col(ScheduleItem.city) == principal.city, seen_by(principal))
    )
    if project is not None:
        query = query.where(col(ScheduleItem.project) == project)
    if only is not None:
        query = query.where(col(ScheduleItem.id) == only)
    if standing:
        query = query.where(col(ScheduleItem.state) != ItemState.closed)
    query = query.order_by(col(ScheduleItem.due_on), col(ScheduleItem.id)).limit(MOST)
    rows = [(row[0], row[1]) for row in await session.execute(query)]
    steps = await _steps(session, principal.city, [item.id for item, _ in rows])
    people = await _people(session, principal.city, [item.person for item, _ in rows])
    names = await unit_names(session, principal.city)
    masked = principal.role is Role.auditor
    return ItemsAnswer(
        as_of=today,
        items=[
            ItemView(
                **{name: getattr(item, name) for name in _PLAIN},
                project=found.public_id,
                project_name=found.code_name if masked else found.name,
                unit_name=names.get(item.unit, item.unit),
                person_name=people.get(item.person) if item.person else None,
                days_late=days_late(item.due_on, item.done_on, today),
                steps=steps[item.id],
                may=[step for step in steps_from(item.state) if _may(principal, found, item, step)],
            )
            for item, found in rows
        ],
    )


_PLAIN = (
    *("id", "what", "due_on", "unit", "department", "post", "state", "opened_on", "opened_name"),
    *("done_on", "verified_on", "closed_on", "revision"),
)


async def _steps(session: AsyncSession, city: str, keys: list[UUID]) -> dict[UUID, list[StepView]]:
    rows = await session.scalars(
        select(ScheduleStep)
        .where(col(ScheduleStep.city) == city, col(ScheduleStep.item).in_(keys))
        .order_by(col(ScheduleStep.seq))
    )
    found: dict[UUID, list[StepView]] = defaultdict(list)
    for row in rows:
        found[row.item].append(StepView.model_validate(row, from_attributes=True))
    return found


async def _people(session: AsyncSession, city: str, keys: list[UUID | None]) -> dict[UUID, str]:
    rows = await session.execute(
        select(col(Account.id), col(Account.display_name)).where(
            col(Account.city) == city, col(Account.id).in_(keys)
        )
    )
    return {row[0]: row[1] for row in rows}


async def _record(
    session: AsyncSession, principal: Principal, item: ScheduleItem, action: str, told: dict[str, Any]
) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="schedule_item",
        entity_id=item.id,
        after={"project": str(item.project), **told},
    )
