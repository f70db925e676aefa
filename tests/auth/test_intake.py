"""Who may do what before a lead."""

from uuid import uuid4

import pytest

from auth import intake
from auth.principal import Principal, Role
from tests.services.projects import factories as make

CITY, OWN, OTHER = make.CITY, make.DANFENG, make.SHANGZHOU


def person(role: Role, county: str | None) -> Principal:
    office = county or CITY
    return Principal(account=uuid4(), city=CITY, role=role, office=office, county=county, name="某")


OFFICE = person(Role.city_office, None)
INSIDERS = [person(role, OWN) for role in (Role.county_officer, Role.county_leader, Role.park_officer)]
OUTSIDERS = [
    person(Role.county_finance, OWN),
    person(Role.city_finance, None),
    person(Role.auditor, None),
    person(Role.administrator, None),
]


def test_the_office_alone_sets_rules_judges_offers_and_sees_every_contact():
    for right in (intake.can_set_entry_rules, intake.can_judge_offers, intake.sees_every_contact):
        assert right(OFFICE)
        assert not any(right(other) for other in (*INSIDERS, *OUTSIDERS))


@pytest.mark.parametrize("insider", INSIDERS)
def test_a_county_speaks_for_itself_alone(insider: Principal):
    assert intake.speaks_for(insider, OWN)
    assert not intake.speaks_for(insider, OTHER)
    assert not intake.speaks_for(insider, CITY)
    assert intake.can_file_offer(insider, OWN)
    assert not intake.can_file_offer(insider, OTHER)
    assert not intake.can_file_offer(insider, None)
    assert intake.can_file_relocation(insider, OWN, OTHER)
    assert intake.can_file_relocation(insider, OTHER, OWN)
    assert not intake.can_file_relocation(insider, OTHER, make.LUONAN)


def test_the_office_speaks_for_the_city_and_files_for_any():
    assert intake.speaks_for(OFFICE, CITY)
    assert not intake.speaks_for(OFFICE, OWN)
    assert intake.can_file_offer(OFFICE, None)
    assert intake.can_file_relocation(OFFICE, OTHER, OWN)


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_others_do_nothing_here(outsider: Principal):
    assert not intake.speaks_for(outsider, OWN)
    assert not intake.can_file_offer(outsider, OWN)
    assert not intake.can_file_relocation(outsider, OWN, OTHER)
