"""Who opens another's evidence files, and who makes two leads one."""

from uuid import UUID

import pytest

from auth.files import can_merge, can_unlock_files
from auth.principal import Principal, Role


def person(role: Role, number: int = 1) -> Principal:
    return Principal(
        account=UUID(int=number), city="611000", role=role, office="611000", county="611000", name="x"
    )


@pytest.mark.parametrize("role", list(Role))
def test_only_the_citys_office_unlocks_and_merges(role: Role) -> None:
    is_office = role is Role.city_office
    assert can_unlock_files(person(role)) is is_office
    assert can_merge(person(role)) is is_office


def test_who_asked_for_a_merge_does_not_decide_on_it() -> None:
    assert not can_merge(person(Role.city_office, 7), UUID(int=7))
    assert can_merge(person(Role.city_office, 7), UUID(int=8))
