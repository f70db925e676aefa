import pytest

from auth.principal import CITY_ROLES, COUNTY_ROLES, Principal, Role
from auth.scopes import ROLE_SCOPES, Scope, has_scope, scopes_of

LEADS = {scope for scope in Scope if scope.value.startswith(("projects:", "matches:"))}
MONEY = {Scope.receipts_write, Scope.statements_write, Scope.statements_close}


def test_every_role_has_its_scopes() -> None:
    assert set(ROLE_SCOPES) == set(Role)
    for role in Role:
        assert Scope.me in scopes_of(role)
        assert all(has_scope(role, scope) == (scope in scopes_of(role)) for scope in Scope)


def test_every_scope_is_somebody_s() -> None:
    assert set().union(*ROLE_SCOPES.values()) == set(Scope)


def test_roles_belong_to_a_county_a_park_or_the_city() -> None:
    assert COUNTY_ROLES | CITY_ROLES | {Role.park_officer} == set(Role)
    assert not COUNTY_ROLES & CITY_ROLES


def test_the_administrator_reads_no_lead_and_no_money() -> None:
    mine = scopes_of(Role.administrator)
    assert not mine & LEADS
    assert mine == {
        Scope.me,
        Scope.accounts_read,
        Scope.accounts_write,
        Scope.regions_read,
        Scope.channels_write,
    }


def test_only_the_administrator_keeps_accounts() -> None:
    assert [role for role in Role if has_scope(role, Scope.accounts_write)] == [Role.administrator]


@pytest.mark.parametrize("scope", sorted(MONEY))
def test_only_the_city_s_finance_moves_money(scope: Scope) -> None:
    assert [role for role in Role if has_scope(role, scope)] == [Role.city_finance]


def test_an_auditor_changes_nothing() -> None:
    assert all(scope is Scope.me or scope.value.endswith(":read") for scope in scopes_of(Role.auditor))


def test_who_decides_does_not_keep_the_money() -> None:
    assert not scopes_of(Role.city_office) & MONEY
    assert Scope.projects_hold not in scopes_of(Role.city_finance)


def test_the_system_is_told_apart() -> None:
    system = Principal.system("611000")
    assert system.is_system
    assert (system.city, system.office, system.county, system.role) == (
        "611000",
        "611000",
        "611000",
        Role.city_office,
    )
