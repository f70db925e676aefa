from uuid import UUID

import pytest

from auth import first_talk as policy
from auth.principal import Principal, Role

CITY, OWN, OTHER = "611000", "611022", "611002"
ME, ELSE = UUID(int=1), UUID(int=2)


def who(role: Role, county: str | None = OWN) -> Principal:
    office = CITY if role in {Role.city_office, Role.auditor} else county or ""
    return Principal(account=ME, city=CITY, role=role, office=office, county=county, name="x")


OFFICE = who(Role.city_office, CITY)


@pytest.mark.parametrize(
    ("principal", "seen"),
    [
        (OFFICE, True),
        (who(Role.county_officer), True),
        (who(Role.county_leader), True),
        (who(Role.county_officer, OTHER), False),
        (who(Role.park_officer), False),
        (who(Role.county_finance), False),
        (who(Role.auditor, CITY), False),
    ],
)
def test_a_case_is_seen_by_the_office_and_its_parties(principal, seen):
    assert policy.can_see_case(principal, [OWN, "611021"]) is seen


def test_a_side_speaks_for_itself_its_leader_settles_and_the_office_speaks_for_the_city_alone():
    officer, leader = who(Role.county_officer), who(Role.county_leader)
    assert (policy.can_speak(officer, OWN), policy.can_speak(officer, OTHER)) == (True, False)
    assert (policy.can_settle(officer, OWN), policy.can_settle(leader, OWN)) == (False, True)
    assert (policy.can_settle(leader, OTHER), policy.can_speak(who(Role.park_officer), OWN)) == (False, False)
    assert (policy.can_speak(OFFICE, CITY), policy.can_speak(OFFICE, OWN)) == (True, False)
    assert (policy.can_settle(OFFICE, CITY), policy.can_settle(OFFICE, OWN)) == (True, False)


def test_the_office_conducts_and_another_of_it_confirms():
    assert policy.can_conduct(OFFICE)
    assert not policy.can_conduct(who(Role.county_leader))
    assert policy.can_confirm_ruling(OFFICE, ELSE)
    assert not policy.can_confirm_ruling(OFFICE, ME)
    assert not policy.can_confirm_ruling(who(Role.county_leader), ELSE)


@pytest.mark.parametrize("role", list(Role))
def test_precedents_are_for_those_who_negotiate_and_for_the_auditor(role):
    readers = {
        Role.county_officer,
        Role.county_leader,
        Role.park_officer,
        Role.city_office,
        Role.auditor,
    }
    assert policy.can_read_precedents(who(role)) is (role in readers)
