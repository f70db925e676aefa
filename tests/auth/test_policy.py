"""The rights of policy.py and money.py against a second reading of them, for every role and relation."""

from collections.abc import Callable
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth import money, policy
from auth.policy import PARTS, Part, ProjectFacts, View, may_see, view_of
from auth.principal import SYSTEM_ACCOUNT, Principal, Role

CITY, HOME, HOST, OTHER = "611000", "611002", "611021", "611022"
PARK = "6110P01"
MAKER = uuid4()


def who(role: Role, county: str = HOME, office: str | None = None, account: UUID | None = None) -> Principal:
    return Principal(account or uuid4(), CITY, role, office or county, county, "张三")


def allowed(predicate: Callable[[Principal], bool], county: str = HOME) -> set[Role]:
    """The roles of one county that a predicate lets through; city roles sit in the city."""
    city_roles = {Role.city_office, Role.city_finance, Role.auditor, Role.administrator}
    people = [
        who(role, CITY if role in city_roles else county, PARK if role is Role.park_officer else None)
        for role in Role
    ]
    return {person.role for person in people if predicate(person)}


FACTS = ProjectFacts(city=CITY, origin=HOME)
HANDS = {Role.county_officer, Role.county_leader}
EYES = HANDS | {Role.park_officer}


def views(facts: ProjectFacts, county: str) -> dict[Role, View]:
    return {
        role: view_of(who(role, county, PARK if role is Role.park_officer else None), facts) for role in Role
    }


@pytest.mark.parametrize(
    ("facts", "county", "eyes", "finance"),
    [
        (FACTS, HOME, View.owner, View.finance),
        (FACTS, OTHER, View.none, View.none),
        (ProjectFacts(city=CITY, origin=HOME, pooled=True), OTHER, View.sealed, View.none),
        (ProjectFacts(city=CITY, origin=HOME, pooled=True), HOME, View.owner, View.finance),
        (
            ProjectFacts(city=CITY, origin=HOME, pooled=True, proposed=frozenset({OTHER})),
            OTHER,
            View.proposed,
            View.none,
        ),
        (
            ProjectFacts(city=CITY, origin=HOME, proposed=frozenset({OTHER}), revealed=frozenset({OTHER})),
            OTHER,
            View.revealed,
            View.none,
        ),
        (ProjectFacts(city=CITY, origin=HOME, host=HOST), HOST, View.matched, View.finance),
        (ProjectFacts(city=CITY, origin=HOME, host=HOST), OTHER, View.none, View.none),
    ],
)
def test_what_each_role_sees(facts: ProjectFacts, county: str, eyes: View, finance: View) -> None:
    assert views(facts, county) == {
        Role.county_officer: eyes,
        Role.county_leader: eyes,
        Role.park_officer: eyes,
        Role.county_finance: finance,
        Role.city_office: View.office,
        Role.city_finance: View.finance,
        Role.auditor: View.auditor,
        Role.administrator: View.none,
    }


@given(st.sampled_from(Role), st.booleans())
def test_another_city_sees_nothing(role: Role, pooled: bool) -> None:
    assert view_of(who(role), ProjectFacts(city="611100", origin=HOME, pooled=pooled)) is View.none


@pytest.mark.parametrize("role", [Role.county_officer, Role.county_finance])
def test_who_belongs_to_no_county_sees_nothing(role: Role) -> None:
    homeless = Principal(uuid4(), CITY, role, "", None, "张三")
    assert view_of(homeless, ProjectFacts(city=CITY, origin=HOME, pooled=True)) is View.none


def test_every_view_has_its_parts() -> None:
    assert set(PARTS) == set(View)
    assert not PARTS[View.none]
    assert all(may_see(view, part) == (part in PARTS[view]) for view in View for part in Part)


def test_the_sealed_view_shows_bands_alone() -> None:
    assert PARTS[View.sealed] == {Part.bands}


@pytest.mark.parametrize("view", [View.none, View.sealed, View.proposed, View.auditor])
def test_the_name_is_hidden_before_it_is_revealed(view: View) -> None:
    assert not {Part.name, Part.identity, Part.contact} & PARTS[view]


OWN = {
    "register": (lambda person: policy.can_register(person, HOME), EYES | {Role.city_office}),
    "review": (lambda person: policy.can_review(person, HOME, MAKER), {Role.county_leader}),
    "accept": (policy.can_accept, {Role.city_office}),
    "transfer": (lambda person: policy.can_transfer(person, HOME), HANDS),
    "pool": (lambda person: policy.can_pool(person, MAKER), {Role.city_office}),
    "accept terms": (lambda person: policy.can_accept_terms(person, HOME, PARK), {Role.county_leader}),
    "act for the host": (lambda person: policy.can_act_for_host(person, HOME, PARK), EYES),
    "act for another park": (lambda person: policy.can_act_for_host(person, HOME, "6110P02"), HANDS),
    "act for no park": (lambda person: policy.can_act_for_host(person, HOME, None), HANDS),
    "progress": (lambda person: policy.can_progress(person, HOME, PARK), EYES | {Role.city_office}),
    "decide": (policy.can_decide, {Role.city_office}),
    "keep stock": (lambda person: policy.can_keep_stock(person, HOME, PARK), EYES | {Role.city_office}),
    "see holds": (
        lambda person: policy.can_see_holds(person, HOME),
        EYES | {Role.county_finance, Role.city_office, Role.auditor},
    ),
    "see an agreement": (
        lambda person: money.can_see_agreement(person, (HOME, HOST)),
        HANDS | {Role.county_finance, Role.city_office, Role.city_finance, Role.auditor},
    ),
    "draft": (lambda person: money.can_draft_agreement(person, (HOME,)), HANDS | {Role.city_office}),
    "sign": (lambda person: money.can_sign_agreement(person, HOME, MAKER), {Role.county_leader}),
    "sign for the city": (
        lambda person: money.can_sign_agreement(person, CITY, MAKER),
        {Role.city_office},
    ),
    "witness": (money.can_witness_agreement, {Role.city_finance}),
    "declare a party outside": (money.can_declare_outside_party, {Role.city_office}),
    "check a party outside": (
        lambda person: money.can_check_outside_party(person, MAKER),
        {Role.city_finance},
    ),
    "ask the checklist": (money.can_run_audit, {Role.auditor, Role.city_finance, Role.city_office}),
    "record a letter": (money.can_record_letter, {Role.city_office}),
    "check a letter": (
        lambda person: money.can_check_letter(person, MAKER),
        {Role.city_office, Role.city_finance},
    ),
    "see receipts": (
        lambda person: money.can_see_receipts(person, HOME),
        {Role.county_finance, Role.city_finance, Role.auditor},
    ),
    "see a statement": (
        lambda person: money.can_see_statement(person, HOME),
        HANDS | {Role.county_finance, Role.city_office, Role.city_finance, Role.auditor},
    ),
    "confirm": (
        lambda person: money.can_confirm_statement(person, HOME),
        {Role.county_finance, Role.county_leader},
    ),
    "confirm for the city's own units": (
        lambda person: money.can_confirm_statement(person, CITY),
        {Role.city_office},
    ),
    "issue": (money.can_issue_statement, {Role.city_finance}),
    "check": (lambda person: money.can_check(person, MAKER), {Role.city_finance}),
    "hand in a key of their own": (
        lambda person: money.can_hand_in_evidence_key(person, HOME, held_by_city=False),
        {Role.county_finance, Role.county_leader},
    ),
    "let the city's server hold a key": (
        lambda person: money.can_hand_in_evidence_key(person, HOME, held_by_city=True),
        {Role.city_finance},
    ),
    "confirm a key": (
        lambda person: money.can_confirm_evidence_key(person, HOME),
        {Role.county_finance, Role.county_leader, Role.city_finance},
    ),
    "reconcile": (lambda person: money.can_reconcile(person, HOME), {Role.county_finance}),
    "reconcile for the treasury": (lambda person: money.can_reconcile(person, CITY), {Role.city_finance}),
    "count credit": (money.can_count_credit, {Role.city_office, Role.city_finance}),
    "file credit": (money.can_file_credit, {Role.city_office}),
    "speak for the finance bureau": (
        lambda person: money.can_opine_on_credit(person, finance=True),
        {Role.city_finance},
    ),
    "speak for another bureau": (
        lambda person: money.can_opine_on_credit(person, finance=False),
        {Role.city_office},
    ),
    "confirm credit": (lambda person: money.can_confirm_credit(person, MAKER), {Role.city_office}),
    "read one county's credit": (
        lambda person: money.credit_county(person) == HOME,
        {Role.county_officer, Role.county_leader, Role.county_finance},
    ),
    "keep accounts": (policy.can_manage_accounts, {Role.administrator}),
}


@pytest.mark.parametrize("right", OWN)
def test_what_one_may_do_at_home(right: str) -> None:
    predicate, roles = OWN[right]
    assert allowed(predicate) == roles


@pytest.mark.parametrize("right", OWN)
def test_a_county_s_people_may_do_nothing_to_another_county_s(right: str) -> None:
    predicate, _ = OWN[right]
    county_roles = EYES | {Role.county_finance}
    assert not allowed(predicate, OTHER) & county_roles


def test_the_city_s_own_units_are_the_city_office_s() -> None:
    assert Role.city_office in allowed(lambda person: policy.can_transfer(person, CITY))
    assert Role.city_office in allowed(lambda person: policy.can_review(person, CITY, MAKER))
    assert allowed(lambda person: policy.can_act_for_host(person, CITY, PARK)) == {Role.city_office}
    assert allowed(lambda person: policy.can_accept_terms(person, CITY, PARK)) == {Role.city_office}
    own_park = who(Role.park_officer, CITY, PARK)
    assert policy.can_accept_terms(own_park, CITY, PARK)
    assert not policy.can_accept_terms(own_park, CITY, "6110P02")
    assert policy.can_act_for_host(own_park, CITY, PARK)


CHECKS: list[tuple[Role, str, Callable[[Principal, UUID | None], bool]]] = [
    (Role.county_leader, HOME, lambda person, maker: policy.can_review(person, HOME, maker)),
    (Role.city_office, CITY, lambda person, maker: policy.can_review(person, CITY, maker)),
    (Role.city_office, CITY, policy.can_pool),
    (Role.county_leader, HOME, lambda person, maker: money.can_sign_agreement(person, HOME, maker)),
    (Role.city_finance, CITY, money.can_check),
]


@pytest.mark.parametrize(("check", "maker"), list(product(CHECKS, ["self", "other", "system", "none"])))
def test_nobody_checks_their_own_work(
    check: tuple[Role, str, Callable[[Principal, UUID | None], bool]], maker: str
) -> None:
    role, county, predicate = check
    person = who(role, county)
    makers = {"self": person.account, "other": MAKER, "system": SYSTEM_ACCOUNT, "none": None}
    assert predicate(person, makers[maker]) is (maker != "self")
