"""The end of a protection: the county answers by evidence, the city confirms, no timer releases."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from auth.principal import Principal, Role
from services.kit.errors import SamePerson, Stale
from services.projects import service
from services.projects.endings import Stage, endings
from services.projects.errors import ChainOpen, MoveRefused, NoSuchProject, NotYours
from services.projects.protection_errors import (
    ExtensionTooLate,
    ExtensionUsed,
    NoRequest,
    NotProgress,
    NotProtected,
)
from services.projects.protection_schemas import AnswerForm, ExtensionForm, ReleaseForm
from services.projects.protection_words import AnswerKind, Decision
from services.projects.standing import standing_of
from services.projects.steps.protecting import answer, confirm_release, confirm_releases, decide_extension
from services.projects.tables import Project
from services.projects.todos import todos
from services.regions.chains import ApprovalChain
from services.regions.settings import set_setting
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, OFFICER, lead, plain, pooled, reasons

OTHER_OFFICE = make.principal(Role.city_office, make.CITY, 2)
GONE, SOON = date(2027, 1, 14), date(2027, 1, 25)


def said(kind: str, **facts: object) -> AnswerForm:
    shown = {"evidence_kind": "visit_record", "evidence": "考察接待记录1号", "happened_on": date(2027, 1, 12)}
    if kind in {"release", "transfer"}:
        shown = {}
    return AnswerForm.model_validate({"kind": kind, "reason": "企业仍在比选", **shown, **facts})


def granted(outcome: Decision = Decision.granted) -> ExtensionForm:
    return ExtensionForm(outcome=outcome, reason="有实质进展")


BECAUSE = ReleaseForm(reason="期满且无实质进展")


async def stages(session: AsyncSession, who: Principal, today: date = make.TODAY) -> list[Stage]:
    return [row.stage for row in await endings(session, who, today)]


async def kinds(session: AsyncSession, who: Principal, today: date = make.TODAY) -> list[str]:
    return [todo.kind for todo in await todos(session, who, today)]


async def ending(session: AsyncSession, until: date = SOON) -> Project:
    made = await lead(session)
    made.protected_until = until
    await session.flush()
    return made


async def test_the_county_is_warned_answers_and_nothing_is_released_by_that(session: AsyncSession):
    made = await ending(session)
    assert await stages(session, OFFICER) == await stages(session, make.OFFICE) == [Stage.unanswered]
    assert await kinds(session, OFFICER) == ["projects.protection"]
    await answer(session, OFFICER, made.public_id, said("progress"), version=made.version)
    assert await stages(session, OFFICER) == [Stage.answered]
    assert await kinds(session, OFFICER) == await kinds(session, make.OFFICE) == []
    assert made.state is State.accepted
    assert await stages(session, make.OFFICE, date(2027, 1, 26)) == [Stage.over]
    assert await kinds(session, make.OFFICE, date(2027, 1, 26)) == ["projects.release"]
    history = await service.history(session, await service.open_dossier(session, OFFICER, made.id))
    assert (history[-1].action, history[-1].facts["evidence_kind"]) == ("answer_protection", "visit_record")


@pytest.mark.parametrize("missing", ["evidence_kind", "evidence", "happened_on"])
@pytest.mark.parametrize("kind", ["progress", "extension"])
async def test_words_alone_are_no_progress_and_bring_no_extension(
    session: AsyncSession, kind: str, missing: str
):
    made = await ending(session)
    empty = "" if missing == "evidence" else None
    with pytest.raises(NotProgress) as error:
        await answer(session, OFFICER, made.id, said(kind, **{missing: empty}))
    assert [place.pointer for place in error.value.errors] == [f"/{missing}"]
    assert (await standing_of(session, made)).pieces == frozenset()


async def test_evidence_of_tomorrow_and_an_answer_without_its_reason_are_refused(session: AsyncSession):
    made = await ending(session)
    for form in (said("progress", happened_on=date(2027, 1, 16)), said("release", reason="")):
        with pytest.raises(NotProgress):
            await answer(session, OFFICER, made.id, form)


async def test_ten_notes_of_one_visit_are_one_piece_and_correcting_is_none(session: AsyncSession):
    made = await ending(session)
    for _ in range(3):
        await answer(session, OFFICER, made.id, said("progress"))
    await answer(session, OFFICER, made.id, said("progress", evidence_kind="land_letter"))
    assert len((await standing_of(session, made)).pieces) == 2


async def test_a_county_that_stands_idle_is_shown_as_idle(session: AsyncSession):
    made = await ending(session)
    assert [row.idle for row in await endings(session, make.OFFICE, make.TODAY)] == [True]
    await answer(session, OFFICER, made.id, said("progress"))
    assert [row.idle for row in await endings(session, make.OFFICE, make.TODAY)] == [False]
    assert [row.idle for row in await endings(session, make.OFFICE, date(2027, 2, 12))] == [True]


async def test_an_extension_is_asked_with_evidence_granted_by_the_city_and_given_once(session: AsyncSession):
    made = await ending(session)
    await answer(session, OFFICER, made.id, said("extension"))
    assert await stages(session, make.OFFICE) == [Stage.request]
    assert await kinds(session, make.OFFICE) == ["projects.extension"]
    with pytest.raises(ExtensionUsed):
        await answer(session, OFFICER, made.id, said("extension"))
    with pytest.raises(NotYours):
        await decide_extension(session, OFFICER, made.id, granted())
    await decide_extension(session, make.OFFICE, made.id, granted())
    assert (made.protected_until, made.protection_extended) == (date(2027, 4, 26), True)
    assert await stages(session, make.OFFICE) == []
    with pytest.raises(NoRequest):
        await decide_extension(session, make.OFFICE, made.id, granted())
    with pytest.raises(ExtensionUsed):
        await answer(session, OFFICER, made.id, said("extension"))


async def test_the_city_may_allow_more_extensions_or_none(session: AsyncSession):
    made = await ending(session)
    await set_setting(session, make.OFFICE, "protection_extensions", 2, make.TODAY)
    for _ in range(2):
        await answer(session, OFFICER, made.id, said("extension"))
        await decide_extension(session, make.OFFICE, made.id, granted())
    assert made.protection_extended
    await set_setting(session, make.OFFICE, "protection_extensions", 0, make.TODAY)
    made.protection_extended = False
    with pytest.raises(ExtensionUsed):
        await answer(session, OFFICER, made.id, said("extension"))


async def test_who_asks_after_the_end_is_refused_and_who_asked_before_is_not_harmed_by_a_slow_city(
    session: AsyncSession,
):
    made = await ending(session, make.TODAY)
    await answer(session, OFFICER, made.id, said("extension"))
    late = plain(Action.release, reason="期满")
    await session.execute(text("UPDATE city SET business_date = '2027-01-18'"))
    with pytest.raises(MoveRefused) as error:
        await service.move(session, make.OFFICE, made.id, late)
    assert reasons(error) == {Reason.extension_open}
    await decide_extension(session, OTHER_OFFICE, made.id, granted())
    assert made.protected_until == date(2027, 4, 15)
    made.protected_until, made.protection_extended = GONE, False
    with pytest.raises(ExtensionTooLate) as refused:
        await answer(session, OFFICER, made.id, said("extension"))
    assert refused.value.facts == {"until": "2027-01-14"}


async def test_a_refused_extension_leaves_the_end_where_it_is(session: AsyncSession):
    made = await ending(session)
    await answer(session, OFFICER, made.id, said("extension"))
    await decide_extension(session, make.OFFICE, made.id, granted(Decision.refused))
    assert (made.protected_until, made.state) == (SOON, State.accepted)
    assert await stages(session, make.OFFICE) == [Stage.answered]


async def test_nobody_grants_what_they_asked_for_themselves(session: AsyncSession):
    made = await ending(session)
    made.origin = make.CITY
    await session.flush()
    await answer(session, make.OFFICE, made.id, said("extension"))
    with pytest.raises(SamePerson):
        await decide_extension(session, make.OFFICE, made.id, granted())
    await decide_extension(session, OTHER_OFFICE, made.id, granted())


async def test_a_county_that_agrees_is_released_early_by_the_city_alone(session: AsyncSession):
    made = await ending(session)
    with pytest.raises(MoveRefused) as error:
        await confirm_release(session, make.OFFICE, made.id, BECAUSE)
    assert reasons(error) == {Reason.protection_running}
    await answer(session, OFFICER, made.id, said("release"))
    assert await stages(session, make.OFFICE) == [Stage.agreed]
    with pytest.raises(NotYours):
        await confirm_release(session, OFFICER, made.id, BECAUSE)
    with pytest.raises(Stale):
        await confirm_release(session, make.OFFICE, made.id, BECAUSE, version=1)
    await confirm_release(session, make.OFFICE, made.id, BECAUSE)
    assert made.state is State.released
    for act, form in ((answer, said("progress")), (confirm_release, BECAUSE), (decide_extension, granted())):
        with pytest.raises(NotProtected):
            await act(session, make.OFFICE if act is not answer else OFFICER, made.id, form)


async def test_where_several_sign_a_release_one_person_confirms_none(session: AsyncSession):
    made = await ending(session)
    await answer(session, OFFICER, made.id, said("release"))
    steps = [{"role": "city_office", "kind": "sign", "title": title} for title in ("科长", "主任")]
    session.add(
        ApprovalChain(
            city=make.CITY,
            kind="release",
            office="",
            effective_from=date(2020, 1, 1),
            steps=steps,
            set_by=make.OFFICE.account,
        )
    )
    await session.flush()
    with pytest.raises(ChainOpen):
        await confirm_release(session, make.OFFICE, made.id, BECAUSE)


async def test_a_later_answer_takes_the_place_of_an_agreement(session: AsyncSession):
    made = await ending(session)
    await answer(session, OFFICER, made.id, said("release"))
    await answer(session, OFFICER, made.id, said("progress"))
    with pytest.raises(MoveRefused):
        await confirm_release(session, make.OFFICE, made.id, BECAUSE)


async def test_several_releases_are_confirmed_at_once_or_none(session: AsyncSession):
    first = await ending(session, GONE)
    second = await service.register(session, OFFICER, make.form(investor_credit_code=make.OTHER_CREDIT_CODE))
    second.state, second.protected_until = State.accepted, SOON
    await session.flush()
    refs, key = [first.public_id, second.public_id], first.id
    async with session.begin_nested() as part:
        with pytest.raises(MoveRefused):
            await confirm_releases(session, make.OFFICE, refs, BECAUSE)
        await part.rollback()
    assert (await service.open_dossier(session, make.OFFICE, key)).project.state is State.accepted
    await session.refresh(second)
    second.protected_until = GONE
    await session.flush()
    moved = await confirm_releases(session, make.OFFICE, [*refs, refs[0]], BECAUSE)
    assert {row.state for row in moved} == {State.released}


async def test_another_county_neither_answers_nor_knows(session: AsyncSession):
    made = await ending(session)
    assert await stages(session, HOST) == []
    assert await stages(session, make.principal(Role.auditor, make.CITY)) == []
    with pytest.raises(NoSuchProject):
        await answer(session, HOST, made.public_id, said("progress"))


async def test_another_county_that_knows_a_pooled_lead_is_told_that_it_is_not_its_own(session: AsyncSession):
    made = await pooled(session)
    with pytest.raises(NotYours):
        await answer(session, HOST, made.public_id, said("progress"))


COPY = "INSERT INTO protection_answer SELECT city, gen_random_uuid(), project,"
REST = "reason, by, by_name, office, on_date FROM protection_answer"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE protection_answer SET evidence = ''",
        "DELETE FROM protection_answer",
        "TRUNCATE protection_answer CASCADE",
        "UPDATE protection_decision SET outcome = 'refused'",
        "DELETE FROM protection_decision",
        f"{COPY} protected_until, kind, NULL, '', NULL, {REST}",
        f"{COPY} '2027-01-14', kind, evidence_kind, evidence, happened_on, {REST}",
    ],
)
async def test_the_database_keeps_what_was_answered(session: AsyncSession, statement: str):
    made = await ending(session)
    await answer(session, OFFICER, made.id, said(AnswerKind.extension))
    await decide_extension(session, make.OFFICE, made.id, granted())
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(text(statement))
