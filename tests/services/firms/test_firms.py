"""Names of firms: kept with their keys, found by code, likeness and alias; questions counted; walls."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.names import Alike
from auth.principal import Role
from services.firms import service
from services.firms.errors import BadName, NoSuchName, TooManyChecks
from services.firms.finding import find
from services.firms.indexing import rebuild
from services.firms.schemas import AliasForm
from services.firms.words import NameKind
from services.projects import advice
from services.projects.imports import write_companies, write_projects
from services.projects.inputs import CompanyInput
from services.projects.schemas import DuplicateQuery
from services.regions.settings import set_setting
from tests.services.projects import factories as make
from tests.services.projects.test_http import Desk
from tests.services.regions import factories as regions

CODE, OTHER = make.CREDIT_CODE, make.OTHER_CREDIT_CODE
OFFICER, RIVAL = make.officer(make.DANFENG), make.officer(make.SHANGZHOU)


async def loaded(session: AsyncSession, **facts: object) -> None:
    await regions.make_city(session)
    await write_projects(session, make.SYSTEM, [make.project_input(**facts)])


async def alike(session: AsyncSession, name: str, code: str = "") -> list[tuple[Alike, bool]]:
    found = await find(session, make.CITY, name, code)
    return [(match.found.alike, match.found.likeness >= 9_000) for match in found]


def alias(name: str, kind: NameKind = NameKind.former, code: str = CODE) -> AliasForm:
    return AliasForm(credit_code=code, name=name, kind=kind)


async def test_a_loaded_firm_is_found_by_code_and_by_name(session: AsyncSession):
    await loaded(session)
    assert await alike(session, "无关企业", CODE) == [(Alike.credit_code, True)]
    assert await alike(session, "德润融通汽车实业股份有限公司") == [(Alike.identical, True)]
    assert await alike(session, "丹凤德润融通汽车实业有限公司", OTHER) == [(Alike.identical, True)]
    assert await alike(session, "德润荣通汽车实业有限公司") == [(Alike.sound, False)]
    assert await alike(session, "金泰餐饮有限公司", OTHER) == []


async def test_a_founded_company_leads_to_its_project_as_a_relative(session: AsyncSession):
    await loaded(session, stage="签约", signed_on=regions.BUSINESS_DATE)
    company = CompanyInput(
        project="6110-2026-0001",
        credit_code=OTHER,
        name="丹凤金泰零部件有限公司",
        registered_in=make.DANFENG,
        registered_on=regions.BUSINESS_DATE,
    )
    await write_companies(session, make.SYSTEM, [company])
    assert await alike(session, "金泰零部件有限公司") == [(Alike.alias, False)]


async def test_an_old_name_leads_to_the_firm_and_a_relative_is_only_near(session: AsyncSession):
    await loaded(session)
    await service.record_alias(session, OFFICER, alias("宏远机械有限公司"))
    await service.record_alias(session, OFFICER, alias("天成控股有限公司", NameKind.parent))
    assert await alike(session, "宏远机械有限责任公司") == [(Alike.alias, True)]
    assert await alike(session, "天成控股有限公司") == [(Alike.alias, False)]
    ended = (await service.list_aliases(session, OFFICER)).items[-1]
    assert ended.name == "宏远机械有限公司"
    await service.end_alias(session, OFFICER, ended.id)
    again = await service.end_alias(session, OFFICER, ended.id)
    assert again.ended_on == regions.BUSINESS_DATE
    assert await alike(session, "宏远机械有限责任公司") == []


async def test_aliases_are_the_countys_own_and_the_citys(session: AsyncSession):
    await loaded(session)
    made = await service.record_alias(session, OFFICER, alias("宏远机械有限公司"))
    assert (await service.list_aliases(session, RIVAL)).items == []
    assert [row.county for row in (await service.list_aliases(session, make.OFFICE)).items] == [make.DANFENG]
    with pytest.raises(NoSuchName):
        await service.end_alias(session, RIVAL, made.id)
    await service.end_alias(session, make.OFFICE, made.id)


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        (alias("某公司", code="91110000600037341X"), "/credit_code"),
        (alias("某公司", NameKind.current), "/kind"),
        (alias("宏远机械有限公司"), "/name"),
    ],
)
async def test_what_is_no_alias_is_refused(session: AsyncSession, form: AliasForm, pointer: str):
    await loaded(session)
    await service.record_alias(session, OFFICER, alias("宏远机械有限公司"))
    with pytest.raises(BadName) as refused:
        await service.record_alias(session, OFFICER, form)
    assert [place.pointer for place in refused.value.errors] == [pointer]


async def test_names_without_keys_are_found_after_the_rebuild(session: AsyncSession):
    await loaded(session)
    await session.execute(text("UPDATE firm_name SET keys = '{}'"))
    assert await alike(session, "德润融通汽车实业有限公司") == []
    assert await rebuild(session, make.CITY) == 1
    assert await rebuild(session, make.CITY) == 0
    assert await alike(session, "德润融通汽车实业有限公司") == [(Alike.identical, True)]


async def test_questions_are_kept_and_counted_within_a_day(session: AsyncSession):
    await loaded(session)
    await set_setting(session, make.SYSTEM, "firm_checks_a_day", 2, regions.BUSINESS_DATE)
    query = DuplicateQuery(investor_name="德润融通汽车实业", investor_credit_code=CODE)
    for _ in range(2):
        await advice.find_duplicates(session, RIVAL, query)
    with pytest.raises(TooManyChecks):
        await advice.find_duplicates(session, RIVAL, query)
    assert len((await advice.find_duplicates(session, OFFICER, query)).items) == 1
    rows = (await service.list_checks(session, make.OFFICE)).items
    assert [(row.county, row.found) for row in rows] == [
        (make.DANFENG, 1),
        (make.SHANGZHOU, 1),
        (make.SHANGZHOU, 1),
    ]
    with pytest.raises(DBAPIError, match="firm_check"):
        await session.execute(text("UPDATE firm_check SET found = 0"))


async def test_aliases_and_questions_over_http(desk: Desk):
    officer, rival = (Role.county_officer, make.DANFENG), (Role.county_officer, make.SHANGZHOU)
    office, auditor = (Role.city_office, make.CITY), (Role.auditor, make.CITY)
    body = {"credit_code": CODE, "name": "宏远机械有限公司", "kind": "former"}
    made = await desk.ask("POST", "/v1/firms/names", officer, body)
    assert made.status_code == 201
    assert len((await desk.ask("GET", "/v1/firms/names", officer)).json()["items"]) == 1
    assert (await desk.ask("GET", "/v1/firms/names", rival)).json() == {"items": []}
    path = f"/v1/firms/names/{made.json()['id']}/end"
    assert (await desk.ask("POST", path, rival)).status_code == 404
    assert (await desk.ask("POST", path, officer)).json()["ended_on"] is not None
    firm = {"investor_name": "宏远机械", "investor_credit_code": CODE}
    assert (await desk.ask("POST", "/v1/projects/check", rival, firm)).json() == {"items": []}
    for who in (office, auditor):
        seen = (await desk.ask("GET", "/v1/firms/checks", who)).json()["items"]
        assert [(row["county"], row["name"]) for row in seen] == [(make.SHANGZHOU, "宏远机械")]
    assert (await desk.ask("GET", "/v1/firms/checks", officer)).status_code == 403
