"""What waits for a person in cases: a county's statement or word on an offer; the city's next step."""

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.settling import offer_of
from services.first_talk.tables import Case
from services.first_talk.words import CaseState
from services.kit.i18n import lazy
from services.kit.todo import Todo

STATE_TEXT: Final = lazy("首谈争议 {number} 待提交陈述和证据")
AGREE_TEXT: Final = lazy("首谈争议 {number} 有和解方案待答复")
ADMIT_TEXT: Final = lazy("首谈争议 {number} 待决定是否立案")
HEAR_TEXT: Final = lazy("首谈争议 {number} 待确定听取意见日期")
RULE_TEXT: Final = lazy("首谈争议 {number} 待拟定裁定")
CONFIRM_TEXT: Final = lazy("首谈争议 {number} 的裁定待确认")
SETTLE_TEXT: Final = lazy("首谈争议 {number} 的和解待确认")


async def todos(session: AsyncSession, principal: Principal, today: date) -> list[Todo]:
    """What waits for this person."""
    found = []
    for case in await repo.cases_of(session, principal, only_open=True):
        events = await repo.events_of(session, case)
        sides = await repo.parties_of(session, case)
        ruling = await repo.waiting_ruling(session, case)
        own = [party for party, _ in sides if policy.can_speak(principal, party.county)]
        offer = offer_of(events, [party for party, _ in sides])
        if case.state is CaseState.open and own and ruling is None:
            stated = {row.party for row in await repo.statements_of(session, case)}
            if own[0].seq not in stated:
                found.append(_todo("first_talk.state", STATE_TEXT, case, case.statements_due, today))
            if (
                offer is not None
                and own[0].county not in offer.counties
                and policy.can_settle(principal, own[0].county)
            ):
                found.append(_todo("first_talk.agree", AGREE_TEXT, case, case.hearing_due, today))
        if policy.can_conduct(principal):
            complete = offer is not None and offer.is_complete([party for party, _ in sides])
            maker = ruling.made_by if ruling else None
            found += _for_office(principal, case, today, maker=maker, complete=complete)
    return found


def _for_office(
    principal: Principal,
    case: Case,
    today: date,
    *,
    maker: UUID | None,
    complete: bool,
) -> Iterator[Todo]:
    """Yield the one step of the city's office that comes next."""
    if case.state is CaseState.filed:
        yield _todo("first_talk.admit", ADMIT_TEXT, case, None, today)
    elif maker is not None:
        if policy.can_confirm_ruling(principal, maker):
            yield _todo("first_talk.confirm", CONFIRM_TEXT, case, case.ruling_due, today)
    elif complete:
        yield _todo("first_talk.settle", SETTLE_TEXT, case, case.ruling_due, today)
    elif case.hearing_on is None:
        yield _todo("first_talk.hear", HEAR_TEXT, case, case.hearing_due, today)
    elif case.hearing_on <= today:
        yield _todo("first_talk.rule", RULE_TEXT, case, case.ruling_due, today)


def _todo(kind: str, text: str, case: Case, due_on: date | None, today: date) -> Todo:
    return Todo(
        kind=kind,
        text=text,
        href=f"/first-talk/{case.id}",
        due_on=due_on,
        overdue=due_on is not None and due_on < today,
        facts={"number": case.number},
    )
