"""Who does what in the demo."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.accounts.bootstrap import create_demo_accounts
from services.demo.crew import PRINTED, Crew, to_print, to_store

CITY = "611000"


@pytest.fixture
async def crew(session: AsyncSession) -> Crew:
    made = await create_demo_accounts(
        session,
        CITY,
        name="商洛市",
        counties={"611002": "商州区"},
        parks={"6110P01": "611002", "6110P03": CITY},
    )
    return Crew(CITY, made)


async def test_the_citys_own_units_are_spoken_for_by_two_people_of_its_office(crew: Crew) -> None:
    officer = crew.officer(CITY)
    leader = crew.leader(CITY, but=(officer.account,))
    assert officer.role is leader.role is Role.city_office
    assert officer.account != leader.account
    assert crew.officer("611002").role is Role.county_officer
    assert crew.leader("611002").role is Role.county_leader
    assert len({person.account for person in crew.finance()}) == 4
    with pytest.raises(LookupError, match="county_finance of 611021"):
        crew.one(Role.county_finance, "611021")


async def test_one_account_of_each_role_is_printed(session: AsyncSession) -> None:
    made = await create_demo_accounts(
        session,
        CITY,
        name="商洛市",
        counties={"611002": "商州区", "611021": "洛南县"},
        parks={"6110P01": "611002"},
    )
    stored = to_store(made)
    assert {row.role for row in stored} == {role.value for role in Role} == {role.value for role in PRINTED}
    shown = to_print(stored)
    assert [row.role for row in shown] == [role.value for role in PRINTED]
    assert all(row.password and row.office for row in shown)
    assert to_print([]) == []
