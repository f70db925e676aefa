"""Sheets on the pool's matters: signed in order by different people, returned, added to, withdrawn."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import Reason, SheetState, Verb
from allocation.lifecycle import Action, State
from services.approvals import service, views
from services.approvals.chains import chains, set_chain
from services.approvals.errors import ActRefused, BadChain, MatterSettled, NoSuchSheet, NotForOffice
from services.approvals.schemas import ActForm, ChainForm
from services.approvals.sheets import inbox, locate, part_in
from services.approvals.todos import todos
from services.kit.errors import SamePerson, Stale
from services.projects import service as projects
from services.projects.errors import ChainOpen
from services.projects.schemas import MoveForm
from tests.services.approvals.cast import TODAY, Cast, acts, longer_chain
from tests.services.approvals.conftest import Register
from tests.services.projects import factories as make


async def test_one_signature_of_a_leader_reviews_a_registration(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    [found] = await inbox(session, cast["leader"], TODAY)
    line = views.line(found, TODAY)
    assert (line.ref, line.title, line.state) == (f"review-{project.id}", project.name, SheetState.open)
    assert line.why == [
        "总投资 52,650 万元，用地 100 亩",
        "2027-01-15 登记，待县内审核后报市级受理",
    ]
    assert (line.step, line.overdue, line.plain) == ("县区领导", False, True)
    done = await acts(session, cast["leader"], line.ref, Verb.agree)
    assert (done.sheet.state, project.state) == (SheetState.agreed, State.reviewed)
    assert await inbox(session, cast["leader"], TODAY) == []
    [mine] = await part_in(session, cast["leader"], TODAY)
    assert mine.ref == line.ref
    with pytest.raises(MatterSettled):
        await acts(session, cast["bureau"], line.ref, Verb.agree)


async def test_nobody_of_another_county_learns_of_a_sheet(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    assert await inbox(session, cast["outsider"], TODAY) == []
    for ref in (f"review-{project.id}", f"pool-{project.id}", f"nothing-{project.id}", str(project.id)):
        with pytest.raises(NoSuchSheet):
            await locate(session, cast["outsider"], ref, TODAY)


async def test_a_longer_chain_is_signed_by_two_people_and_the_plain_move_is_shut(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    await longer_chain(session, cast)
    project = await register()
    ref = f"review-{project.id}"
    with pytest.raises(ChainOpen) as shut:
        await projects.move(session, cast["leader"], project.id, MoveForm(action=Action.review))
    assert shut.value.facts == {"sheet": ref}
    one = await acts(session, cast["bureau"], ref, Verb.agree, reason="材料齐全")
    assert (one.sheet.state, project.state) == (SheetState.open, State.registered)
    with pytest.raises(SamePerson):
        await acts(session, cast["bureau"], ref, Verb.agree)
    two = await acts(session, cast["leader"], ref, Verb.agree)
    assert (two.sheet.state, project.state) == (SheetState.agreed, State.reviewed)
    whole = await views.whole(session, cast["maker"], two, TODAY)
    assert [(act.name, act.office, act.reason) for act in whole.acts] == [
        ("局长丙", make.DANFENG, "材料齐全"),
        ("县领导丁", make.DANFENG, ""),
    ]
    assert [(step.title, step.signed_name) for step in whole.steps] == [
        ("局长", "局长丙"),
        ("分管县领导", "县领导丁"),
    ]
    assert whole.maker_name == "经办甲"


async def test_the_maker_signs_nothing(session: AsyncSession, cast: Cast, register: Register) -> None:
    project = await register(cast["bureau"])
    ref = f"review-{project.id}"
    assert await inbox(session, cast["bureau"], TODAY) == []
    with pytest.raises(SamePerson):
        await acts(session, cast["bureau"], ref, Verb.agree)
    assert (await acts(session, cast["leader"], ref, Verb.agree)).sheet.state is SheetState.agreed


async def test_a_return_sends_the_lead_back_and_handing_in_again_brings_it_up(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    with pytest.raises(ActRefused) as bare:
        await acts(session, cast["leader"], ref, Verb.return_)
    assert bare.value.reasons == (Reason.no_reason,)
    back = await acts(session, cast["leader"], ref, Verb.return_, reason="用地依据不足")
    assert (back.sheet.state, project.state) == (SheetState.returned, State.returned)
    assert [one.kind for one in await todos(session, cast["maker"], TODAY)] == ["approvals.returned"]
    again = await acts(session, cast["maker"], ref, Verb.submit)
    assert (again.sheet.state, project.state) == (SheetState.open, State.registered)
    assert (await acts(session, cast["leader"], ref, Verb.agree)).sheet.state is SheetState.agreed


async def test_what_changed_since_is_signed_anew(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    await longer_chain(session, cast)
    project = await register()
    ref = f"review-{project.id}"
    seen = (await acts(session, cast["bureau"], ref, Verb.agree)).revision
    await projects.correct(session, cast["maker"], project.id, make.form(land_mu=12_000))
    fresh = await locate(session, cast["leader"], ref, TODAY)
    assert (fresh.row, len(fresh.acts)) == (None, 0)
    assert fresh.revision != seen
    with pytest.raises(ActRefused):
        await acts(session, cast["leader"], ref, Verb.withdraw_act)
    await acts(session, cast["bureau"], ref, Verb.agree)
    done = await acts(session, cast["leader"], ref, Verb.agree)
    assert done.row is not None
    assert (done.row.cycle, project.state) == (2, State.reviewed)


async def test_signers_are_added_named_and_forwarded(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    named = await acts(session, cast["leader"], ref, Verb.add_before, person=cast["second"].account)
    assert [step.person_name for step in named.steps] == ["经办乙", None]
    assert [one.kind for one in await todos(session, cast["second"], TODAY)] == ["approvals.sign"]
    [waits] = await inbox(session, cast["second"], TODAY)
    assert waits.ref == ref
    with pytest.raises(ActRefused) as early:
        await acts(session, cast["leader"], ref, Verb.agree)
    assert early.value.reasons == (Reason.not_signer,)
    moved = await acts(
        session, cast["second"], ref, Verb.forward, person=cast["deputy"].account, reason="由副局长核"
    )
    assert moved.steps[0].person_name == "副局长戊"
    await acts(session, cast["deputy"], ref, Verb.agree)
    after = await acts(session, cast["leader"], ref, Verb.add_after, person=cast["bureau"].account)
    assert [step.place for step in after.steps] == [1, 2, 3]
    await acts(session, cast["leader"], ref, Verb.agree)
    done = await acts(session, cast["bureau"], ref, Verb.agree)
    assert (done.sheet.state, project.state) == (SheetState.agreed, State.reviewed)
    with pytest.raises(ActRefused) as far:
        await acts(session, cast["leader"], ref, Verb.copy, person=cast["outsider"].account)
    assert far.value.reasons == (Reason.person_unfit,)
    copied = await acts(session, cast["leader"], ref, Verb.copy, person=cast["office"].account)
    assert [one.ref for one in await part_in(session, cast["office"], TODAY)] == [copied.ref]


async def test_signatures_and_sheets_are_withdrawn_in_time(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    await longer_chain(session, cast, kind="countersign")
    project = await register()
    ref = f"review-{project.id}"
    one = await acts(session, cast["leader"], ref, Verb.agree)
    free = await acts(session, cast["leader"], ref, Verb.withdraw_act)
    assert len(free.acts) == len(one.acts) + 1
    assert free.sheet.left == 2
    with pytest.raises(ActRefused) as late:
        await acts(session, cast["maker"], ref, Verb.withdraw)
    assert late.value.reasons == (Reason.already_acted,)
    other = await register(investor_name="另一家有限公司", investor_credit_code=make.OTHER_CREDIT_CODE)
    gone = await acts(session, cast["maker"], f"review-{other.id}", Verb.withdraw)
    assert gone.sheet.state is SheetState.withdrawn
    assert [found.ref for found in await inbox(session, cast["bureau"], TODAY)] == [ref]


async def test_who_read_an_older_revision_is_told(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    ref = f"review-{project.id}"
    seen = (await locate(session, cast["leader"], ref, TODAY)).revision
    await acts(session, cast["bureau"], ref, Verb.add_before, person=cast["deputy"].account)
    with pytest.raises(Stale):
        await service.take(session, cast["leader"], ref, ActForm(verb=Verb.agree), TODAY, seen=seen)


async def test_a_batch_answers_for_each_and_half_does_none(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    one = await register()
    own = await register(
        cast["leader"], investor_name="另一家有限公司", investor_credit_code=make.OTHER_CREDIT_CODE
    )
    refs = [f"review-{own.id}", f"review-{one.id}", f"release-{one.id}"]
    items = await service.agree_to_all(session, cast["leader"], refs, "", TODAY)
    assert [(item.ref, item.done, item.problem) for item in items] == [
        (refs[0], False, "same-person"),
        (refs[1], True, None),
        (refs[2], False, "no-such-approval"),
    ]
    assert (one.state, own.state) == (State.reviewed, State.registered)
    assert (await session.execute(text("SELECT count(*) FROM approval_act"))).scalar_one() == 1


async def test_the_city_refuses_a_transfer_and_pools_another(
    session: AsyncSession, cast: Cast, register: Register
) -> None:
    project = await register()
    await acts(session, cast["leader"], f"review-{project.id}", Verb.agree)
    await projects.move(session, cast["office"], project.id, MoveForm(action=Action.accept))
    await projects.request_transfer(session, cast["maker"], project.id, make.transfer_form())
    ref = f"pool-{project.id}"
    [waits] = await inbox(session, cast["office"], TODAY)
    assert views.line(waits, TODAY).why == ["用地指标不足", "保底比例 30%，5 年；投资方 2027-01-10 同意入池"]
    await acts(session, cast["office"], ref, Verb.refuse, reason="条件未核实")
    assert project.state.value == "accepted"
    await projects.request_transfer(session, cast["maker"], project.id, make.transfer_form())
    await acts(session, cast["colleague"], ref, Verb.agree)
    assert project.state.value == "pooled"


async def test_chains_are_set_by_who_may_and_make_sense(session: AsyncSession, cast: Cast) -> None:
    def form(**changes: object) -> ChainForm:
        facts = {
            "kind": "review",
            "office": make.DANFENG,
            "effective_from": TODAY,
            "steps": [{"role": "county_leader", "title": "局长"}],
        }
        return ChainForm.model_validate(facts | changes)

    with pytest.raises(NotForOffice):
        await set_chain(session, cast["outsider"], form(), TODAY)
    bad = form(
        kind="nothing",
        office="611099",
        effective_from=make.TODAY.replace(year=2026),
        steps=[{"role": "auditor", "title": "审计"}],
    )
    with pytest.raises(BadChain) as error:
        await set_chain(session, cast["office"], bad, TODAY)
    assert [place.code for place in error.value.errors] == ["unknown", "unknown", "past", "role", "end"]
    await set_chain(session, cast["leader"], form(), TODAY)
    assert [one.office for one in await chains(session, cast["office"])] == [make.DANFENG]
    assert await chains(session, cast["outsider"]) == []


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        ("UPDATE approval_act SET by_name = '某人'", ""),
        ("DELETE FROM approval_sheet", ""),
        ("TRUNCATE approval_act", ""),
        ("UPDATE approval_sheet SET state = 'open'", "approval_sheet_final"),
        ("UPDATE approval_sheet SET office = '611021'", "approval_sheet_content"),
    ],
)
async def test_history_stays_whoever_writes(
    session: AsyncSession, cast: Cast, register: Register, statement: str, guard: str
) -> None:
    project = await register()
    await acts(session, cast["leader"], f"review-{project.id}", Verb.agree)
    with pytest.raises(DBAPIError) as refused:
        async with session.begin_nested():
            await session.execute(text(statement))
    assert guard in str(refused.value.orig.__cause__.__dict__ if refused.value.orig else "")


@pytest.mark.parametrize(
    ("who", "guard"), [("maker", "approval_act_other_person"), ("leader", "approval_act_other_person")]
)
async def test_the_database_refuses_a_second_hand_of_the_same_person(
    session: AsyncSession, cast: Cast, register: Register, who: str, guard: str
) -> None:
    await longer_chain(session, cast)
    project = await register()
    done = await acts(session, cast["leader"], f"review-{project.id}", Verb.agree)
    assert done.row is not None
    with pytest.raises(DBAPIError) as refused:
        async with session.begin_nested():
            await session.execute(
                text(
                    "INSERT INTO approval_act (city, id, sheet, seq, verb, step, turn, by, by_name,"
                    " role, office, reason, on_date) SELECT city, gen_random_uuid(), id, 2, 'agree', 2, 0,"
                    " :by, '某人', 'county_leader', office, '', opened_on FROM approval_sheet WHERE id = :id"
                ),
                {"by": cast[who].account, "id": done.row.id},
            )
    assert guard in str(vars(refused.value.orig.__cause__) if refused.value.orig else "")
