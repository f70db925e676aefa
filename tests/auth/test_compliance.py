"""Who keeps, checks and clears records of compliance, and who objects to a match and looks at that."""

from uuid import UUID

import pytest

from auth.compliance import (
    can_check_promises,
    can_clear_clause,
    can_confirm_clearance,
    can_keep_compliance,
    can_read_compliance,
    can_review_legally,
)
from auth.objections import (
    can_name_reviewer,
    can_object_to_match,
    can_read_match_objection,
    can_review_match_objection,
    can_see_overrides_by_officer,
    can_withdraw_match_objection,
)
from auth.principal import Principal, Role

CITY, HOST, OTHER, PARK = "611000", "611002", "611021", "6110P01"
MAKER = UUID(int=1)


def person(role: Role, county: str = CITY, office: str = "", account: int = 2) -> Principal:
    return Principal(
        account=UUID(int=account), city=CITY, role=role, office=office or county, county=county, name=""
    )


PARK_OFFICER = person(Role.park_officer, HOST, PARK)


@pytest.mark.parametrize(
    ("who", "county", "reads"),
    [
        (person(Role.city_office), HOST, True),
        (person(Role.auditor), HOST, True),
        (person(Role.city_finance), HOST, False),
        (person(Role.city_finance), CITY, True),
        (PARK_OFFICER, HOST, True),
        (person(Role.park_officer, HOST, "6110P09"), HOST, False),
        (person(Role.county_officer, HOST), HOST, True),
        (person(Role.county_finance, HOST), HOST, True),
        (person(Role.county_finance, OTHER), HOST, False),
        (person(Role.county_leader, OTHER), HOST, False),
        (person(Role.administrator), CITY, False),
    ],
)
def test_a_host_s_records_are_its_own_and_the_city_s(who: Principal, county: str, reads: bool) -> None:
    assert can_read_compliance(who, county, PARK) is reads


def test_the_host_s_hands_keep_them_and_a_park_reads_only() -> None:
    assert can_keep_compliance(person(Role.county_officer, HOST), HOST, PARK)
    assert not can_keep_compliance(PARK_OFFICER, HOST, PARK)
    assert not can_keep_compliance(person(Role.county_officer, OTHER), HOST, PARK)
    assert can_keep_compliance(person(Role.city_office), CITY, PARK)


def test_finance_checks_its_own_units_and_never_its_own_list() -> None:
    assert can_check_promises(person(Role.county_finance, HOST), HOST, MAKER)
    assert not can_check_promises(person(Role.county_finance, HOST, account=1), HOST, MAKER)
    assert not can_check_promises(person(Role.county_finance, OTHER), HOST, MAKER)
    assert not can_check_promises(person(Role.county_officer, HOST), HOST, MAKER)
    assert can_check_promises(person(Role.city_finance), CITY, MAKER)


def test_another_than_the_maker_gives_the_legal_opinion() -> None:
    assert can_review_legally(person(Role.county_leader, HOST), HOST, MAKER)
    assert can_review_legally(person(Role.city_office), HOST, MAKER)
    assert not can_review_legally(person(Role.county_leader, HOST, account=1), HOST, MAKER)
    assert not can_review_legally(person(Role.county_leader, OTHER), HOST, MAKER)
    assert not can_review_legally(person(Role.county_finance, HOST), HOST, MAKER)


def test_a_clause_is_explained_by_one_and_cleared_by_another_of_the_city() -> None:
    assert can_clear_clause(person(Role.city_office), HOST)
    assert can_clear_clause(person(Role.county_officer, HOST), HOST)
    assert not can_clear_clause(person(Role.county_officer, OTHER), HOST)
    assert not can_clear_clause(person(Role.county_finance, HOST), HOST)
    assert can_confirm_clearance(person(Role.city_office), MAKER)
    assert not can_confirm_clearance(person(Role.city_office, account=1), MAKER)
    assert not can_confirm_clearance(person(Role.county_leader, HOST), MAKER)


def test_a_concerned_county_objects_and_somebody_without_a_hand_in_it_looks() -> None:
    officer, office = person(Role.county_officer, HOST), person(Role.city_office)
    assert can_object_to_match(officer, {HOST})
    assert not can_object_to_match(officer, {OTHER})
    assert not can_object_to_match(office, {CITY})
    assert can_read_match_objection(officer, HOST)
    assert can_read_match_objection(office, HOST)
    assert not can_read_match_objection(officer, OTHER)
    assert not can_read_match_objection(person(Role.county_finance, HOST), HOST)
    assert can_name_reviewer(office)
    assert not can_name_reviewer(officer)
    assert can_review_match_objection(office, {MAKER})
    assert not can_review_match_objection(office, {office.account})
    assert not can_review_match_objection(officer, set())
    assert can_withdraw_match_objection(officer, HOST)
    assert not can_withdraw_match_objection(officer, OTHER)
    assert not can_withdraw_match_objection(office, HOST)
    assert can_see_overrides_by_officer(person(Role.auditor))
    assert not can_see_overrides_by_officer(office)
