"""What the roles are called, as message ids."""

from types import MappingProxyType
from typing import Final

from auth.principal import Role
from services.kit.i18n import lazy

ROLE_WORDS: Final = MappingProxyType(
    {
        Role.county_officer: lazy("县区经办"),
        Role.county_leader: lazy("县区领导"),
        Role.park_officer: lazy("园区经办"),
        Role.city_office: lazy("市级统筹"),
        Role.county_finance: lazy("县区财政"),
        Role.city_finance: lazy("市财政"),
        Role.auditor: lazy("审计"),
        Role.administrator: lazy("系统管理员"),
    }
)
"""The words of a role, in the order in which lists show them."""
