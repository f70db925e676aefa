"""Who reads reports, who freezes them, and who awards land quota by them."""

from dataclasses import replace
from uuid import UUID

import pytest

from auth.principal import CITY_ROLES, Principal, Role
from auth.reports import (
    can_award_quota,
    can_check_freeze,
    can_confirm_award,
    can_freeze_report,
    can_read_reports,
    reports_whole_city,
)
from auth.scopes import Scope, has_scope

CITY, COUNTY = "611000", "611002"


def person(role: Role, number: int = 1) -> Principal:
    office = CITY if role in CITY_ROLES else COUNTY
    return Principal(UUID(int=number), CITY, role, office, office, "某人")


@pytest.mark.parametrize("role", Role)
def test_by_role(role: Role) -> None:
    who, other = person(role), UUID(int=2)
    office = role is Role.city_office
    whole = role in {Role.city_office, Role.auditor}
    assert reports_whole_city(who) is whole
    assert can_read_reports(who) is (whole or role in {Role.county_officer, Role.county_leader})
    assert can_read_reports(replace(who, county=None)) is whole
    for may, must_differ in (
        (can_freeze_report, can_check_freeze),
        (can_award_quota, can_confirm_award),
    ):
        assert may(who) is office
        assert must_differ(who, other) is office
        assert not must_differ(who, who.account)
    assert has_scope(role, Scope.reports_read) is can_read_reports(who)
    assert has_scope(role, Scope.reports_freeze) is office
