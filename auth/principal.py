"""Who asks: one account of one city, with its role and office."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self
from uuid import UUID


class Role(StrEnum):
    """What an account is in its city; an account has exactly one."""

    county_officer = "county_officer"  # 县区经办
    county_leader = "county_leader"  # 县区领导
    park_officer = "park_officer"  # 园区
    city_office = "city_office"  # 市级统筹
    county_finance = "county_finance"  # 县区财政
    city_finance = "city_finance"  # 市财政
    auditor = "auditor"  # 审计
    administrator = "administrator"  # 系统管理员


COUNTY_ROLES: Final = frozenset({Role.county_officer, Role.county_leader, Role.county_finance})
"""Roles whose office is a county (or, for a 市属 unit, the city's own row)."""

CITY_ROLES: Final = frozenset({Role.city_office, Role.city_finance, Role.auditor, Role.administrator})
"""Roles whose office is the city itself."""

SYSTEM_ACCOUNT: Final = UUID(int=0)
"""The account of the program itself: imports and jobs act under it; it can never sign in."""


@dataclass(frozen=True, slots=True)
class Principal:
    """One who asks. Role, office and county come from the database at every request."""

    account: UUID
    city: str
    role: Role
    office: str
    """Region or park code; '' for none."""
    county: str | None
    """The county the office belongs to; the city's own code for city offices and 市属 parks."""
    name: str
    session: UUID | None = None
    """The sign-in this request belongs to; None outside HTTP."""

    @classmethod
    def system(cls, city: str) -> Self:
        """Return the program itself, with the rights of the city's office, for imports and jobs."""
        return cls(
            account=SYSTEM_ACCOUNT, city=city, role=Role.city_office, office=city, county=city, name="系统"
        )

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts."""
        return self.account == SYSTEM_ACCOUNT
