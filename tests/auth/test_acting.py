"""Who may act: suspended officers, those who act in another's stead, heads of offices, readers of sheets."""

from dataclasses import replace
from uuid import uuid4

import pytest

from auth.approvals import LENDABLE, can_read_sheet, can_set_chain, can_speak_for
from auth.dependencies import require_acting
from auth.errors import OfficerSuspended, OutsideDelegation
from auth.policy import differs
from auth.principal import SYSTEM_ACCOUNT, Principal, Role
from auth.scopes import Scope

COUNTY, OTHER, CITY = "611022", "611021", "611000"


def person(role: Role, office: str = COUNTY) -> Principal:
    return Principal(uuid4(), CITY, role, office, office, "张三")


LEADER = person(Role.county_leader)
ACTING = replace(LEADER, on_behalf_of=uuid4(), kinds=frozenset({"review"}))
SUSPENDED = replace(LEADER, suspended=True)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_stays_open(method: str) -> None:
    for who in (LEADER, ACTING, SUSPENDED):
        require_acting(who, Scope.projects_review, method)


@pytest.mark.parametrize("scope", [Scope.projects_review, Scope.approvals_write, None])
def test_a_suspended_officer_changes_nothing_but_their_own(scope: Scope | None) -> None:
    require_acting(SUSPENDED, Scope.me, "POST")
    require_acting(LEADER, scope, "POST")
    with pytest.raises(OfficerSuspended):
        require_acting(SUSPENDED, scope, "POST")


def test_in_anothers_stead_one_signs_and_does_no_more() -> None:
    for scope in (Scope.me, Scope.approvals_write):
        require_acting(ACTING, scope, "POST")
    for other in (Scope.projects_review, None):
        with pytest.raises(OutsideDelegation):
            require_acting(ACTING, other, "POST")


def test_maker_and_checker_go_by_person_and_by_both_of_a_delegation() -> None:
    assert ACTING.on_behalf_of is not None
    assert ACTING.hands == {ACTING.account, ACTING.on_behalf_of}
    assert LEADER.hands == {LEADER.account}
    lender = replace(LEADER, one_hand=frozenset({ACTING.account, SYSTEM_ACCOUNT}))
    for maker in ACTING.hands:
        assert not differs(maker, ACTING)
    assert not differs(ACTING.account, lender)
    assert differs(uuid4(), lender)
    assert differs(None, lender)
    assert differs(SYSTEM_ACCOUNT, lender)


def test_the_head_speaks_for_the_office() -> None:
    for role in LENDABLE - {Role.city_office, Role.city_finance}:
        assert can_speak_for(LEADER, role, COUNTY)
        assert not can_speak_for(LEADER, role, OTHER)
        assert not can_speak_for(ACTING, role, COUNTY)
        assert not can_speak_for(person(Role.county_officer), role, COUNTY)
    assert can_speak_for(person(Role.city_office, CITY), Role.city_office, CITY)
    assert not can_speak_for(person(Role.city_office, CITY), Role.city_finance, CITY)
    for alone in (Role.administrator, Role.auditor):
        assert not can_speak_for(person(alone, CITY), alone, CITY)


def test_chains_are_the_citys_and_of_a_review_the_countys() -> None:
    assert can_set_chain(person(Role.city_office, CITY), "decision", "")
    assert can_set_chain(LEADER, "review", COUNTY)
    assert not can_set_chain(LEADER, "review", OTHER)
    assert not can_set_chain(LEADER, "pool", COUNTY)
    assert not can_set_chain(ACTING, "review", COUNTY)
    assert not can_set_chain(person(Role.county_officer), "review", COUNTY)


def test_sheets_are_read_by_their_office_the_city_and_the_auditor() -> None:
    for role in (Role.city_office, Role.auditor):
        assert can_read_sheet(person(role, CITY), COUNTY)
    for role in (Role.county_officer, Role.county_leader):
        assert can_read_sheet(person(role), COUNTY)
        assert not can_read_sheet(person(role), OTHER)
    assert not can_read_sheet(person(Role.county_finance), COUNTY)
