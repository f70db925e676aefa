"""What each asker sees; and two worlds that differ in a hidden field look the same from outside."""

import json
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.policy import View, view_of
from auth.principal import Principal, Role
from services.kit.errors import DomainError
from services.projects import queries, repo, service
from services.projects.dossier import project_facts
from services.projects.errors import NoSuchProject
from services.projects.schemas import Filters
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, HOST_LEADER, OFFICER, chosen, lead, offer, pooled

BANDS = {
    "id",
    "code_name",
    "division",
    "investment_band",
    "land_band",
    "land_deadline",
    "state",
    "version",
    "actions",
    "view",
}
EXACT = {
    "industry",
    "edition",
    "investment_fen",
    "fixed_investment_fen",
    "land_mu",
    "hall_m2",
    "energy_tce",
    "water_td",
    "cod_kg",
    "output_fen",
    "tax_fen",
}
IDENTITY = {"code", "name", "investor_name", "investor_credit_code", "origin", "channel", "key"}
AUDITOR = make.principal(Role.auditor, make.CITY)
CITY_FINANCE = make.principal(Role.city_finance, make.CITY)
COUNTY_FINANCE = make.principal(Role.county_finance, make.DANFENG)
ADMINISTRATOR = make.principal(Role.administrator, make.CITY)
PARK_OFFICER = make.principal(Role.park_officer, make.PARK)
HIDDEN = {
    "code": "'6110-2020-0999'",
    "name": "'别的项目'",
    "investor_name": "'别的公司'",
    "name_key": "'别的'",
    "investor_credit_code": "'914403001922038216'",
    "investor_registered": "'440300'",
    "fund_kind": "'foreign'",
    "channel": "'公开受理'",
    "origin": "'611021'",
    "industry": "'3612'",
    "investment_fen": "60000000000",
    "fixed_investment_fen": "1",
    "land_mu": "11000",
    "hall_m2": "77",
    "energy_tce": "1",
    "water_td": "1",
    "cod_kg": "1",
    "output_fen": "1",
    "tax_fen": "1",
    "registered_on": "'2020-01-01'",
    "accepted_on": "'2020-01-01'",
    "first_talk_on": "'2020-01-01'",
    "protected_until": "'2020-01-01'",
}


async def seen(session: AsyncSession, who: Principal, ref: str | UUID) -> dict[str, object]:
    found = await service.project(session, who, ref)
    return found.model_dump(mode="json")


async def test_the_owner_and_the_office_see_all(session: AsyncSession):
    made = await pooled(session)
    for who, view in ((OFFICER, "owner"), (make.OFFICE, "office")):
        shown = await seen(session, who, made.id)
        assert shown["view"] == view
        assert set(shown) >= BANDS | EXACT | IDENTITY


async def test_outsiders_see_bands_of_the_pool_by_its_public_id_alone(session: AsyncSession):
    made = await pooled(session)
    for who in (HOST, HOST_LEADER, PARK_OFFICER):
        shown = await seen(session, who, made.public_id)
        assert set(shown) == BANDS | {"floor_terms"}
        assert (shown["investment_band"], shown["land_band"], shown["division"]) == (
            "5_to_10",
            "100_to_300",
            "36",
        )
        assert shown["floor_terms"] is None
        with pytest.raises(NoSuchProject):
            await service.project(session, who, made.id)


async def test_who_applied_sees_the_floor_terms_and_no_more(session: AsyncSession):
    made = await pooled(session)
    await service.apply(session, HOST, made.public_id, offer())
    shown = await seen(session, HOST, made.public_id)
    assert set(shown) == BANDS | {"floor_terms"}
    assert shown["floor_terms"] == {
        "ratio_bp": 3_000,
        "years": 5,
        "upfront_fen": 20_000_000,
        "recall_days": 60,
    }


async def test_a_proposed_county_sees_requirements_and_a_masked_name(session: AsyncSession):
    made = await pooled(session)
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    shown = await seen(session, HOST, made.public_id)
    assert set(shown) == BANDS | EXACT | {"floor_terms", "masked_name", "answer_by"}
    assert shown["masked_name"] == "某汽车企业"
    assert "德润" not in json.dumps(shown, ensure_ascii=False)


async def test_the_host_sees_all_once_it_holds(session: AsyncSession):
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    assert (await seen(session, HOST, made.id))["view"] == "matched"


async def test_finance_sees_names_of_what_is_signed_and_the_auditor_masked_figures(session: AsyncSession):
    made = await chosen(session)
    for who in (CITY_FINANCE, COUNTY_FINANCE, ADMINISTRATOR):
        with pytest.raises(NoSuchProject):
            await service.project(session, who, made.id)
    shown = await seen(session, AUDITOR, made.public_id)
    assert set(shown) == BANDS | EXACT | {"masked_name"}
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    await service.record_signed(session, HOST, made.id, make.SHANGZHOU, None, make.TODAY)
    host_finance = make.principal(Role.county_finance, make.SHANGZHOU)
    for who in (CITY_FINANCE, COUNTY_FINANCE, host_finance):
        assert set(await seen(session, who, made.id)) == {"view", "name", "investor_name"}
    with pytest.raises(NoSuchProject):
        await service.project(session, make.principal(Role.county_finance, make.LUONAN), made.id)
    with pytest.raises(NoSuchProject):
        await service.project(session, ADMINISTRATOR, made.id)


async def test_a_lead_outside_the_pool_is_no_lead_to_others(session: AsyncSession):
    made = await lead(session)
    missing = await _refusal(session, HOST, "aaaaaaaaaaaaaaaa")
    assert await _refusal(session, HOST, made.public_id) == missing
    assert await _refusal(session, HOST, made.id) == missing
    assert await _refusal(session, HOST, UUID(int=1)) == missing


async def _refusal(session: AsyncSession, who: Principal, ref: str | UUID) -> tuple[object, ...]:
    with pytest.raises(DomainError) as error:
        await service.project(session, who, ref)
    return type(error.value), error.value.slug, error.value.facts, error.value.errors


EVERYBODY = [
    *[make.principal(role, make.CITY) for role in (Role.city_office, Role.city_finance, Role.auditor)],
    ADMINISTRATOR,
    PARK_OFFICER,
    make.principal(Role.park_officer, make.CITY_PARK),
    *[
        make.principal(role, county)
        for county in (make.DANFENG, make.SHANGZHOU, make.LUONAN)
        for role in (Role.county_officer, Role.county_leader, Role.county_finance)
    ],
]


async def test_what_is_visible_is_never_more_than_the_policy_says(session: AsyncSession):
    rows = [
        make.project_input(f"6110-2026-{n:04}", stage=stage)
        for n, stage in enumerate(("登记", "在谈", "入池"))
    ]
    rows.append(make.project_input("6110-2026-0009", stage="签约", signed_on=date(2026, 9, 1)))
    await make.make_pool(session, *rows)
    nobody = frozenset[str]()
    all_rows = await queries.page(session, make.OFFICE, Filters(scope="all"))
    assert len(all_rows) == 4
    for who in EVERYBODY:
        visible = {row.id for row in await session.scalars(repo.visible_to(who))}
        for row in all_rows:
            view = view_of(who, project_facts(row, proposed=nobody, revealed=nobody))
            assert view is not View.none or row.id not in visible, (who.role, row.code)
            early_finance = who.role in queries.FINANCE and row.signed_on is None
            assert view is View.none or row.id in visible or early_finance, (who.role, row.code)


async def test_hidden_fields_change_nothing_that_an_outsider_can_ask(session: AsyncSession):
    rows = [make.project_input(f"6110-2026-{number:04}") for number in range(1, 5)]
    await make.make_pool(session, *rows)
    await session.execute(
        text(
            "UPDATE project SET public_id = 'public' || right(code, 4), code_name = '青松' || right(code, 4)"
        )
    )
    before = await _everything(session)
    changes = ", ".join(f"{column} = {value}" for column, value in HIDDEN.items())
    await session.execute(text(f"UPDATE project SET {changes} WHERE code = '6110-2026-0002'"))
    session.expire_all()
    assert await _everything(session) == before


async def _everything(session: AsyncSession) -> list[str]:
    """Ask all that an outsider can ask."""
    answers = []
    outsider = make.principal(Role.county_officer, make.SHANGZHOU, 7)
    questions = [
        Filters(scope=scope, q=q, state=state, division=division, investment=investment, land=land)
        for scope in ("pool", "all", "offered", "origin")
        for q, state, division, investment, land in (
            ("", "", "", "", ""),
            ("德润", "", "", "", ""),
            ("青松", "", "", "", ""),
            ("6110-2026", "", "", "", ""),
            ("", "pooled", "", "", ""),
            ("", "", "36", "", ""),
            ("", "", "", "5_to_10", ""),
            ("", "", "", "", "100_to_300"),
        )
    ]
    for question in questions:
        for limit in (2, 20):
            page = await service.list_page(session, outsider, question, secret="s", limit=limit)
            answers.append(page.model_dump_json())
    for number in range(1, 5):
        ref = f"public{number:04}"
        dossier = await service.open_dossier(session, outsider, ref)
        answers += [
            (await service.project(session, outsider, ref)).model_dump_json(),
            json.dumps([row.model_dump_json() for row in await service.history(session, dossier)]),
            json.dumps([row.model_dump_json() for row in service.candidates(dossier)]),
            json.dumps([row.model_dump_json() for row in service.applications(dossier)]),
        ]
    return answers


async def test_the_differential_finds_a_planted_leak(session: AsyncSession, monkeypatch):
    await make.make_pool(session)
    await session.execute(text("UPDATE project SET public_id = 'public0001', code_name = '青松0001'"))

    async def once() -> str:
        page = await service.list_page(session, HOST, Filters(), secret="s")
        return page.model_dump_json()

    monkeypatch.setattr(queries, "SMALLEST_COUNT", 0)
    before = await once()
    await session.execute(text("UPDATE project SET investment_fen = 100"))
    session.expire_all()
    assert await once() != before
