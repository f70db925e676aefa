"""Who publishes and confirms layouts, and who sees planned projects."""

from uuid import UUID

import pytest

from auth.libraries import (
    can_confirm_layout,
    can_publish_layout,
    sees_county_chains,
    sees_every_planned,
    sees_planned,
)
from auth.principal import CITY_ROLES, Principal, Role

CITY, COUNTY, OTHER = "611000", "611002", "611021"


def person(role: Role, number: int = 1) -> Principal:
    office = CITY if role in CITY_ROLES else COUNTY
    return Principal(UUID(int=number), CITY, role, office, office, "某人")


@pytest.mark.parametrize("role", Role)
def test_by_role(role):
    who = person(role)
    office = role is Role.city_office
    assert can_publish_layout(who) is office
    assert can_confirm_layout(who, UUID(int=2)) is office
    assert not can_confirm_layout(who, who.account)
    assert sees_every_planned(who) is (role in {Role.city_office, Role.auditor})
    assert sees_planned(who, OTHER) is sees_every_planned(who)
    own = role in {Role.county_officer, Role.county_leader, Role.park_officer}
    assert sees_planned(who, COUNTY) is (own or sees_every_planned(who))
    assert sees_county_chains(who, OTHER) is office
    assert sees_county_chains(who, COUNTY) is (own or office)
