"""Lists, history, candidates and duplicates: what each asker may narrow by and read."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.projects import service
from services.projects.answers import Duplicates
from services.projects.errors import BadFilter
from services.projects.schemas import AcceptanceForm, DuplicateQuery, Filters
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, HOST_LEADER, OFFICER, chosen, consent, lead, offer, pooled

AUDITOR = make.principal(Role.auditor, make.CITY)
CITY_FINANCE = make.principal(Role.city_finance, make.CITY)


async def test_hidden_fields_are_no_filters(session: AsyncSession):
    await make.make_pool(session)
    for who, filters in (
        (HOST, Filters(origin=make.DANFENG)),
        (HOST, Filters(state="nowhere")),
        (HOST, Filters(investment="exact")),
        (AUDITOR, Filters(scope="origin")),
        (CITY_FINANCE, Filters(scope="all", state="signed")),
        (CITY_FINANCE, Filters(scope="host")),
    ):
        with pytest.raises(BadFilter):
            await service.list_rows(session, who, filters)
    assert len(await service.list_rows(session, make.OFFICE, Filters(origin=make.DANFENG))) == 1
    assert len(await service.list_rows(session, make.OFFICE, Filters(q="德润"))) == 1
    assert await service.list_rows(session, HOST, Filters(q="德润")) == []
    assert await service.list_rows(session, make.OFFICE, Filters(q="100%_")) == []


async def test_small_counts_are_withheld_from_outsiders(session: AsyncSession):
    await make.make_pool(session, *[make.project_input(f"6110-2026-{n:04}") for n in range(1, 4)])
    for who, total in ((HOST, 3), (make.OFFICE, 3)):
        assert (await service.list_page(session, who, Filters(), secret="s")).total == total
    few = Filters(state="held")
    assert (await service.list_page(session, HOST, few, secret="s")).total is None
    assert (await service.list_page(session, make.OFFICE, few, secret="s")).total == 0


@pytest.mark.parametrize(
    ("who", "scope"),
    [(HOST, "pool"), (make.OFFICE, "all"), (OFFICER, "origin"), (CITY_FINANCE, "all"), (AUDITOR, "all")],
)
async def test_a_walk_through_the_pages_repeats_and_skips_nothing(session: AsyncSession, who, scope):
    stage = "签约" if who is CITY_FINANCE else "入池"
    signed = date(2026, 9, 1) if who is CITY_FINANCE else None
    rows = [
        make.project_input(f"6110-2026-{n:04}", stage=stage, signed_on=signed, name=f"项目{n:02}")
        for n in range(1, 8)
    ]
    await make.make_pool(session, *rows)
    whole = await service.list_rows(session, who, Filters(scope=scope))
    assert len(whole) == 7
    walked, cursor = [], None
    while True:
        page = await service.list_page(session, who, Filters(scope=scope), secret="s", cursor=cursor, limit=2)
        walked += page.items
        cursor = page.next
        if cursor is None:
            break
    assert walked == whole


async def test_history_is_read_by_the_origin_and_the_office_and_by_a_host_from_the_pool_on(
    session: AsyncSession,
):
    made = await chosen(session)

    async def read(who: Principal) -> list[str]:
        dossier = await service.open_dossier(session, who, made.public_id)
        return [row.action for row in await service.history(session, dossier)]

    assert await read(OFFICER) == await read(make.OFFICE)
    assert (await read(HOST))[0] == "pool"
    assert await read(make.officer(make.LUONAN)) == []
    assert await read(AUDITOR) == []


async def test_candidates_are_shown_to_the_office_the_origin_and_each_to_itself(session: AsyncSession):
    made = await pooled(session)
    await service.propose(session, make.OFFICE, made.id, [make.PARK, make.LUONAN_PARK])
    await service.apply(session, HOST, made.public_id, offer(ready_on=date(2027, 2, 1)))
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))

    async def parks(who: Principal) -> list[str]:
        found = service.candidates(await service.open_dossier(session, who, made.public_id))
        return [row.park for row in found]

    assert await parks(make.OFFICE) == await parks(OFFICER) == [make.PARK, make.LUONAN_PARK]
    assert await parks(HOST) == [make.PARK]
    dossier = await service.open_dossier(session, make.OFFICE, made.id)
    first = service.candidates(dossier)[0]
    assert (first.rank, first.applied, first.proposed, first.revealed) == (1, True, True, True)
    offers = service.applications(dossier)
    assert [(row.county, row.late) for row in offers] == [(make.SHANGZHOU, False)]
    rival = await service.open_dossier(session, make.officer(make.LUONAN), made.public_id)
    assert service.applications(rival) == []


async def ask(session: AsyncSession, who: Principal, **firm: str) -> Duplicates:
    query = DuplicateQuery.model_validate(
        {"investor_name": "无关企业", "investor_credit_code": make.OTHER_CREDIT_CODE} | firm
    )
    return await service.find_duplicates(session, who, query)


@pytest.mark.parametrize(
    ("firm", "kind"),
    [
        ({"investor_credit_code": make.CREDIT_CODE}, "credit_code"),
        ({"investor_name": "德润融通汽车实业 股份有限公司"}, "name"),
        ({"investor_name": "德润融通汽车实业集团西安有限公司"}, "name"),
    ],
)
async def test_a_duplicate_is_told_by_its_date_without_the_other_countys_secrets(
    session: AsyncSession, firm, kind
):
    made = await lead(session)
    told = (await ask(session, HOST, **firm)).items
    assert [row.model_dump(exclude_none=True) for row in told] == [
        {
            "kind": kind,
            "likeness_from": 100,
            "origin": make.DANFENG,
            "first_talk_on": date(2026, 12, 20),
            "protected": True,
        }
    ]
    own = (await ask(session, OFFICER, **firm)).items
    assert (own[0].code, own[0].origin) == (made.code, make.DANFENG)


async def test_an_unrelated_firm_has_no_duplicate(session: AsyncSession):
    await lead(session)
    assert (await ask(session, HOST)).items == []


def test_code_names_come_from_the_public_id_alone():
    from services.projects.identity import code_name, new_public_id

    ids = [new_public_id() for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(code_name(key) == code_name(key) for key in ids)
    assert len({code_name(key) for key in ids}) > 190
    assert not {Project.__tablename__} & set(ids)
