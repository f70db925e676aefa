"""Who enters, confirms and sees funds and targets."""

from uuid import UUID

import pytest

from auth import funds
from auth.principal import Principal, Role

CITY, HOME, OTHER, PARK = "611000", "611002", "611021", "6110P01"


def person(role: Role, office: str, number: int = 1) -> Principal:
    county = HOME if office == PARK else office
    return Principal(account=UUID(int=number), city=CITY, role=role, office=office, county=county, name="甲")


def test_an_entry_is_confirmed_by_the_hosts_finance_or_leader_and_never_by_its_maker() -> None:
    maker = UUID(int=9)
    may = {
        (role, host)
        for role, office in (
            *((role, HOME) for role in (Role.county_officer, Role.county_finance, Role.county_leader)),
            *((role, CITY) for role in (Role.city_office, Role.city_finance, Role.auditor)),
        )
        for host in (HOME, OTHER, CITY)
        if funds.can_check_funds(person(role, office), host, maker)
    }
    assert may == {
        (Role.county_finance, HOME),
        (Role.county_leader, HOME),
        (Role.city_finance, CITY),
        (Role.city_office, CITY),
    }
    assert not funds.can_check_funds(person(Role.county_finance, HOME, 9), HOME, maker)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (person(Role.city_office, CITY), True),
        (person(Role.auditor, CITY), True),
        (person(Role.county_officer, HOME), True),
        (person(Role.county_officer, OTHER), False),
        (person(Role.park_officer, PARK), True),
        (person(Role.administrator, CITY), False),
    ],
)
def test_funds_are_seen_by_their_origin_host_park_and_the_city(who: Principal, *, sees: bool) -> None:
    assert funds.can_see_funds(who, HOME, "611022", PARK) is sees
    assert funds.can_see_funds(who, "611022", HOME, PARK) is sees
    assert funds.can_see_goal(who, HOME, PARK) is sees
    assert funds.can_see_goal(who, None, None) is (who.role in {Role.city_office, Role.auditor})


def test_the_city_keeps_rates_closes_and_targets() -> None:
    office, finance = person(Role.city_office, CITY), person(Role.city_finance, CITY)
    county = person(Role.county_leader, HOME)
    assert [funds.can_set_rates(one) for one in (office, finance, county)] == [True, True, False]
    assert [funds.can_close_funds(one) for one in (office, finance, county)] == [True, False, False]
    assert [funds.can_set_goals(one) for one in (office, finance, county)] == [True, False, False]
    assert funds.can_enter_funds(person(Role.county_officer, HOME), HOME, None)
    assert not funds.can_enter_funds(person(Role.county_officer, OTHER), HOME, None)
