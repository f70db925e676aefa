"""Who says where notices go outside."""

import pytest

from auth.notices import can_manage_channels
from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope


@pytest.mark.parametrize("role", list(Role))
def test_the_administrator_alone_keeps_channels(role: Role) -> None:
    someone = Principal(Principal.system("611000").account, "611000", role, "611000", "611000", "")
    assert can_manage_channels(someone) is (role is Role.administrator)
    assert can_manage_channels(someone) is has_scope(role, Scope.channels_write)
