"""The sides speak: statements with evidence, and the day on which they are heard."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.errors import BadHearing, BadStatement, CaseMoved, NotForYou
from services.first_talk.opening import own_party
from services.first_talk.schemas import HearingForm, StatementForm
from services.first_talk.tables import Case, CaseStatement
from services.first_talk.words import CaseAction, CaseState
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.tables import uuid7


async def state_case(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: StatementForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """State one side's case; a late statement is taken and flagged.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker speaks for no side.
        CaseMoved: the case is not open.
        BadStatement: a piece of evidence without its kind, what it is, or its day.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    party = await own_party(session, principal, case)
    if party is None:
        raise NotForYou
    if case.state is not CaseState.open or case.statements_due is None:
        raise CaseMoved
    _check(form, today)
    session.add(
        CaseStatement(
            city=case.city,
            id=uuid7(),
            case_id=case.id,
            party=party.seq,
            **form.model_dump(),
            late=today > case.statements_due,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=today,
        )
    )
    await repo.write_step(session, principal, case, CaseAction.state, today, party=party.seq)
    return case


def _check(form: StatementForm, today: date) -> None:
    given = {
        "evidence_kind": form.evidence_kind is not None,
        "evidence": bool(form.evidence),
        "happened_on": form.happened_on is not None,
    }
    errors = []
    if any(given.values()):
        errors += [
            FieldError(f"/{name}", "no_evidence", lazy("请附佐证：种类、内容和日期"))
            for name, there in given.items()
            if not there
        ]
    if form.happened_on is not None and form.happened_on > today:
        errors.append(FieldError("/happened_on", "future", lazy("日期不能晚于今天")))
    if errors:
        raise BadStatement(errors=errors)


async def set_hearing(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: HearingForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Set, or move, the day on which the sides are heard.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        CaseMoved: the case is not open.
        BadHearing: the day has passed.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not policy.can_conduct(principal):
        raise NotForYou
    if case.state is not CaseState.open:
        raise CaseMoved
    if form.on < today:
        raise BadHearing(errors=[FieldError("/on", "past", BadHearing.title)])
    case.hearing_on = form.on
    case.hearing_place = form.place
    await repo.write_step(
        session,
        principal,
        case,
        CaseAction.hear,
        today,
        facts={"on": form.on.isoformat(), "place": form.place},
    )
    return case
