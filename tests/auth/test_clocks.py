"""Who sees which clocks, by role."""

from uuid import UUID

import pytest

from auth.clocks import can_ask_experts, can_see_clock, sees_all_clocks
from auth.principal import Principal, Role

CITY, OWN, OTHER, PARK = "611000", "611002", "611022", "6110P01"


def person(role: Role, office: str = CITY, county: str | None = None) -> Principal:
    return Principal(account=UUID(int=1), city=CITY, role=role, office=office, county=county, name="某人")


OFFICER = person(Role.county_officer, OWN, OWN)
PARK_OFFICER = person(Role.park_officer, PARK, OWN)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_citys_office_and_the_auditor_see_all(role: Role) -> None:
    assert sees_all_clocks(person(role)) is (role in {Role.city_office, Role.auditor})
    found = can_see_clock(person(role), origin=OTHER, owes=OTHER, park=None)
    assert found is (role in {Role.city_office, Role.auditor})


@pytest.mark.parametrize(
    ("origin", "owes", "seen"),
    [(OTHER, OWN, True), (OWN, OWN, True), (OWN, None, True), (OTHER, None, False), (OWN, OTHER, False)],
)
def test_a_county_sees_what_it_owes_and_what_the_city_owes_it(
    origin: str, owes: str | None, *, seen: bool
) -> None:
    assert can_see_clock(OFFICER, origin=origin, owes=owes, park=None) is seen
    assert can_see_clock(person(Role.county_leader, OWN, OWN), origin=origin, owes=owes, park=None) is seen
    assert not can_see_clock(person(Role.county_finance, OWN, OWN), origin=origin, owes=owes, park=None)
    assert not can_see_clock(person(Role.county_officer), origin=origin, owes=owes, park=None)


def test_a_park_sees_what_was_asked_of_it() -> None:
    assert can_see_clock(PARK_OFFICER, origin=OTHER, owes=OWN, park=PARK)
    assert not can_see_clock(PARK_OFFICER, origin=OTHER, owes=OWN, park="6110P02")
    assert not can_see_clock(PARK_OFFICER, origin=OWN, owes=OWN, park=None)
    assert not can_see_clock(person(Role.park_officer, PARK), origin=OWN, owes=OWN, park=PARK)


def test_experts_are_asked_by_the_origin_or_the_city() -> None:
    assert can_ask_experts(OFFICER, OWN)
    assert can_ask_experts(person(Role.city_office), OTHER)
    assert not can_ask_experts(OFFICER, OTHER)
    assert not can_ask_experts(PARK_OFFICER, OWN)
