"""Two leads of one firm become one: by whom, of which states, what each side reads afterwards."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence_kinds import EvidenceKind
from allocation.lifecycle import Action, State
from auth.errors import NotPermitted
from auth.principal import Principal, Role
from services.files import service as store
from services.files.schemas import BindIn
from services.kit.errors import SamePerson, Stale
from services.projects import files, merges, service
from services.projects.dossier import open_dossier
from services.projects.errors import MoveRefused, NoSuchProject
from services.projects.file_walls import project_ended_on
from services.projects.merging import decide_merge, merge
from services.projects.merging_errors import MergeRefused, NoMergeAsked, Refusal
from services.projects.merging_schemas import MergeDecision, MergeForm
from services.projects.merging_views import merges_view
from services.projects.tables import MergeState, Project
from services.projects.todos import todos
from tests.services.files import samples
from tests.services.projects import factories as make
from tests.services.projects import road
from tests.services.projects.road import LEADER, OFFICER, TODAY, plain

OTHER = make.principal(Role.city_office, make.CITY, 2)
RIVAL, RIVAL_LEADER = make.officer(make.LUONAN), make.leader(make.LUONAN)
YES, NO = MergeDecision(accept=True, reason="核对一致"), MergeDecision(accept=False, reason="不是一家")


def into(lead: Project) -> MergeForm:
    return MergeForm(into=lead.public_id, reason="同一投资方同一项目", told="2027年1月12日函告两地")


async def twin(session: AsyncSession, *, county: str = make.LUONAN, accepted: bool = False) -> Project:
    """Register the same firm once more, in another county."""
    officer, leader = make.officer(county), make.leader(county)
    made = await service.register(session, officer, make.form(origin=county))
    if accepted:
        await service.move(session, leader, made.id, plain(Action.review))
        await service.move(session, make.OFFICE, made.id, plain(Action.accept, reason="另行合并"))
    return made


async def seen(session: AsyncSession, who: Principal, lead: Project) -> list[tuple[str, str | None]]:
    found = await service.history(session, await open_dossier(session, who, lead.public_id))
    return [(row.action, row.lead) for row in found]


def refusals(error: pytest.ExceptionInfo[MergeRefused]) -> set[Refusal]:
    return set(error.value.reasons)


async def test_an_unaccepted_twin_is_merged_at_once_and_both_histories_are_read_from_the_kept_lead(
    session: AsyncSession,
) -> None:
    kept = await road.lead(session)
    gone = await twin(session)
    made = await merge(session, make.OFFICE, gone.public_id, into(kept), version=gone.version)
    assert (made.state, made.two_people) == (MergeState.merged, False)
    assert (gone.state, kept.state) == (State.withdrawn, State.accepted)
    both = await seen(session, make.OFFICE, kept)
    assert both == [
        ("register", None),
        ("review", None),
        ("accept", None),
        ("register", gone.public_id),
        ("merge", gone.public_id),
        ("merge_in", None),
    ]
    origin = await seen(session, LEADER, kept)
    assert origin == [("register", None), ("review", None), ("accept", None), ("merge_in", None)]
    assert await seen(session, RIVAL, gone) == [("register", None), ("merge", None)]


async def test_the_pointer_is_told_to_those_who_see_the_kept_lead_and_nothing_leaks_to_others(
    session: AsyncSession,
) -> None:
    kept = await road.lead(session)
    gone = await twin(session)
    await merge(session, make.OFFICE, gone.public_id, into(kept))
    office = await merges_view(session, await open_dossier(session, make.OFFICE, gone.public_id))
    assert office.into is not None
    assert office.into.id == kept.public_id
    assert [row.merged.id for row in office.merges] == [gone.public_id]
    rival = await merges_view(session, await open_dossier(session, RIVAL, gone.public_id))
    assert (rival.merged, rival.into, rival.merges, rival.may_merge) == (True, None, [], False)
    assert kept.public_id not in rival.model_dump_json()
    origin = await merges_view(session, await open_dossier(session, OFFICER, kept.public_id))
    assert (origin.leads, origin.merges) == ([], [])
    assert make.LUONAN not in origin.model_dump_json()
    for who in (make.officer(make.SHANGZHOU), RIVAL_LEADER):
        with pytest.raises(NoSuchProject):
            await open_dossier(session, who, kept.public_id)


async def test_one_countys_own_twins_are_read_whole_by_it(session: AsyncSession) -> None:
    kept = await road.lead(session)
    gone = await twin(session, county=make.DANFENG)
    file = await store.upload(
        session, OFFICER, "走访.pdf", samples.pdf(), purpose=EvidenceKind.visit_record, today=TODAY
    )
    form = BindIn(file=file.id, proves=EvidenceKind.visit_record)
    await files.attach(session, OFFICER, gone.id, form, TODAY)
    await merge(session, make.OFFICE, gone.public_id, into(kept))
    dossier = await open_dossier(session, LEADER, kept.public_id)
    assert ("register", gone.public_id) in await seen(session, LEADER, kept)
    assert [row.id for row in (await files.project_files(session, dossier)).items] == [file.id]
    found = await merges_view(session, dossier)
    assert [row.id for row in found.leads] == [gone.public_id]
    pointer = await merges_view(session, await open_dossier(session, LEADER, gone.public_id))
    assert pointer.into is not None
    assert pointer.into.id == kept.public_id
    assert await files.is_locked(session, await open_dossier(session, make.OFFICE, kept.id))
    await files.unlock_files(session, make.OFFICE, kept.id, "核对重复线索", TODAY)
    office = await files.project_files(session, await open_dossier(session, make.OFFICE, kept.id))
    assert [row.id for row in office.items] == [file.id]
    assert await project_ended_on(session, make.CITY, gone.id) is None, "it lives on in the kept lead"
    await service.move(session, make.OFFICE, kept.id, plain(Action.lose, reason="cost"))
    assert await project_ended_on(session, make.CITY, gone.id) == TODAY


async def test_two_accepted_leads_take_two_people(session: AsyncSession) -> None:
    kept = await road.lead(session)
    gone = await twin(session, accepted=True)
    with pytest.raises(NoMergeAsked):
        await decide_merge(session, OTHER, gone.public_id, YES)
    asked = await merge(session, make.OFFICE, gone.public_id, into(kept))
    assert (asked.state, gone.state) == (MergeState.requested, State.accepted)
    waiting = {who.account: await todos(session, who, TODAY) for who in (make.OFFICE, OTHER)}
    told = {
        who: [todo.kind for todo in found if todo.kind == "projects.merge"] for who, found in waiting.items()
    }
    assert told == {make.OFFICE.account: [], OTHER.account: ["projects.merge"]}
    with pytest.raises(MergeRefused) as again:
        await merge(session, OTHER, gone.public_id, into(kept))
    assert refusals(again) == {Refusal.asked_before}
    with pytest.raises(SamePerson):
        await decide_merge(session, make.OFFICE, gone.public_id, YES)
    with pytest.raises(Stale):
        await decide_merge(session, OTHER, gone.public_id, YES, version=99)
    done = await decide_merge(session, OTHER, gone.public_id, YES, version=gone.version)
    assert (done.state, done.decided_by, gone.state) == (MergeState.merged, OTHER.account, State.withdrawn)
    with pytest.raises(NoMergeAsked):
        await decide_merge(session, OTHER, gone.public_id, YES)


async def test_a_refused_merge_changes_nothing_and_may_be_asked_anew(session: AsyncSession) -> None:
    kept = await road.lead(session)
    gone = await twin(session, accepted=True)
    version = gone.version
    await merge(session, make.OFFICE, gone.public_id, into(kept))
    refused = await decide_merge(session, OTHER, gone.public_id, NO)
    assert (refused.state, refused.decided_reason) == (MergeState.refused, "不是一家")
    assert (gone.state, gone.version) == (State.accepted, version)
    assert (await merge(session, OTHER, gone.public_id, into(kept))).state is MergeState.requested
    for who in (OFFICER, make.principal(Role.auditor, make.CITY)):
        with pytest.raises(NotPermitted):
            await merge(session, who, gone.public_id, into(kept))
        with pytest.raises(NotPermitted):
            await decide_merge(session, who, gone.public_id, YES)


async def test_a_merge_is_never_undone_nor_made_into_a_ring(session: AsyncSession) -> None:
    kept = await road.lead(session)
    gone = await twin(session)
    third = await twin(session, county=make.SHANGZHOU)
    with pytest.raises(MergeRefused) as self_merge:
        await merge(session, make.OFFICE, gone.public_id, into(gone))
    assert refusals(self_merge) == {Refusal.same_lead}
    await merge(session, make.OFFICE, gone.public_id, into(third))
    with pytest.raises(MergeRefused) as twice:
        await merge(session, make.OFFICE, gone.public_id, into(kept))
    assert refusals(twice) == {Refusal.merged_before}
    with pytest.raises(MergeRefused) as ring:
        await merge(session, make.OFFICE, third.public_id, into(gone))
    assert refusals(ring) == {Refusal.kept_over}
    with pytest.raises(MoveRefused):
        await service.move(session, RIVAL, gone.public_id, plain(Action.resubmit))
    await merge(session, make.OFFICE, third.public_id, into(kept))
    assert {row.id for row in await merges.merged_into(session, kept)} == {gone.id, third.id}
    last = await merges.kept_lead(session, gone)
    assert last is not None
    assert last.id == kept.id
    lost = await twin(session)
    await service.move(session, make.OFFICE, lost.id, plain(Action.lose, reason="cost"))
    with pytest.raises(MergeRefused) as over:
        await merge(session, make.OFFICE, lost.public_id, into(kept))
    assert refusals(over) == {Refusal.over}


async def test_what_is_pooled_or_signed_is_not_merged_away(session: AsyncSession) -> None:
    pooled = await road.pooled(session)
    kept = await twin(session)
    with pytest.raises(MergeRefused) as refused:
        await merge(session, make.OFFICE, pooled.public_id, into(kept))
    assert refusals(refused) == {Refusal.in_pool}
    pooled.state, pooled.signed_on, pooled.host_county = State.signed, TODAY, make.SHANGZHOU
    await session.flush()
    with pytest.raises(MergeRefused) as signed:
        await merge(session, make.OFFICE, pooled.public_id, into(kept))
    assert refusals(signed) == {Refusal.signed}


FORBIDDEN = (
    "DELETE FROM project_merge",
    "TRUNCATE project_merge",
    "UPDATE project_merge SET reason = 'x'",
    "UPDATE project_merge SET state = 'refused'",
    "UPDATE project_merge SET state = 'merged'",
    "UPDATE project_merge SET state = 'merged', decided_by = made_by, decided_on = made_on",
    "UPDATE project_merge SET two_people = false",
    """
    INSERT INTO project_merge
    SELECT city, gen_random_uuid(), merged, kept, 'x', 'x', false, 'merged', made_by, '', made_on, now(),
        NULL, '', NULL, '' FROM project_merge
    """,
)


async def test_the_database_holds_the_same_rules(session: AsyncSession) -> None:
    kept = await road.lead(session)
    gone = await twin(session, accepted=True)
    await merge(session, make.OFFICE, gone.public_id, into(kept))
    for statement in FORBIDDEN:
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text(statement))
    await decide_merge(session, OTHER, gone.public_id, YES)
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text("UPDATE project_merge SET state = 'requested'"))


async def test_those_who_only_look_at_the_pool_read_nothing_of_merges(session: AsyncSession) -> None:
    pooled = await road.pooled(session)
    gone = await twin(session)
    await merge(session, make.OFFICE, gone.public_id, into(pooled))
    sealed = await merges_view(session, await open_dossier(session, RIVAL, pooled.public_id))
    assert sealed.model_dump(exclude_defaults=True) == {
        "merged": False,
        "into": None,
        "leads": [],
        "merges": [],
        "consents": [],
        "may_merge": False,
    }
    origin = await merges_view(session, await open_dossier(session, OFFICER, pooled.public_id))
    assert [row.kind.value for row in origin.consents] == ["pool"]
    pointer = await merges_view(session, await open_dossier(session, RIVAL, gone.public_id))
    assert pointer.into is None, "the pool's masked lead is not named as the twin"
