"""Who keeps, verifies, reviews and sees what is tracked."""

from itertools import product
from uuid import UUID, uuid4

from auth import tracking
from auth.principal import Principal, Role
from tests.services.projects import factories as make

CITY, OWN, OTHER = make.CITY, make.DANFENG, make.SHANGZHOU


def person(role: Role, county: str, account: UUID | None = None) -> Principal:
    return Principal(
        account=account or uuid4(), city=CITY, role=role, office=county, county=county, name="某"
    )


COUNTIES = {role: person(role, OWN) for role in Role if role.value.startswith(("county", "park"))}
CITIES = {role: person(role, CITY) for role in Role if role not in COUNTIES}
EVERYBODY = COUNTIES | CITIES
HANDS = {Role.county_officer, Role.county_leader, Role.park_officer}


def may(right: object, *facts: object) -> set[Role]:
    assert callable(right)
    return {role for role, who in EVERYBODY.items() if right(who, *facts)}


def test_the_origin_keeps_until_there_is_a_host_then_the_host() -> None:
    assert may(tracking.can_keep_tracking, OWN, None, None) == HANDS | {Role.city_office}
    assert may(tracking.can_keep_tracking, OTHER, None, None) == {Role.city_office}
    assert may(tracking.can_keep_tracking, OWN, OTHER, make.PARK) == {Role.city_office}
    hosting = may(tracking.can_keep_tracking, OTHER, OWN, None)
    assert {Role.county_officer, Role.county_leader, Role.city_office} <= hosting
    assert hosting <= HANDS | {Role.city_office}


def test_a_leader_or_the_city_verifies_what_another_did() -> None:
    deciding = {Role.county_leader, Role.city_office}
    assert may(tracking.can_verify_item, OWN, None, uuid4()) == deciding
    assert may(tracking.can_verify_item, OTHER, OWN, None) == deciding
    assert may(tracking.can_verify_item, OWN, OTHER, None) == {Role.city_office}
    for role in deciding:
        assert not tracking.can_verify_item(EVERYBODY[role], OWN, None, EVERYBODY[role].account)
    assert may(tracking.can_strike_off, OWN, None) == deciding


def test_the_office_alone_sets_rules_and_looks_back() -> None:
    assert may(tracking.can_set_stage_rules) == may(tracking.can_look_back) == {Role.city_office}


def test_promises_are_the_countys_and_the_citys() -> None:
    wide = {Role.city_office, Role.city_finance, Role.auditor}
    assert may(tracking.sees_promises_of, OWN) == HANDS | {Role.county_finance} | wide
    assert may(tracking.sees_promises_of, OTHER) == wide
    assert may(tracking.can_keep_promises, OWN) == {Role.county_finance}
    assert may(tracking.can_keep_promises, CITY) == {Role.city_finance}
    assert may(tracking.can_review_promises, uuid4()) == {Role.city_finance, Role.city_office}
    for role, who in EVERYBODY.items():
        assert not tracking.can_review_promises(who, who.account), role


def test_trips_are_ones_own_units() -> None:
    assert may(tracking.can_log_outing, OWN) == HANDS
    assert may(tracking.can_log_outing, CITY) == {Role.city_office}
    assert may(tracking.sees_firms_met, OWN) == HANDS | {Role.city_office}
    for role, unit in product(HANDS, (OTHER, CITY)):
        assert not tracking.sees_firms_met(EVERYBODY[role], unit)
