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
    post: UUID | None = None
    """The post acted from, where it is not the account's own; the delegator's under a delegation."""
    on_behalf_of: UUID | None = None
    """In whose stead the person acts (甲代乙); role, office and county are then this one's."""
    delegation: UUID | None = None
    """By which delegation."""
    kinds: frozenset[str] = frozenset()
    """The kinds of matters that the delegation is for."""
    one_hand: frozenset[UUID] = frozenset()
    """Accounts that act, or lately acted, in this person's stead: neither checks what the other made."""
    suspended: bool = False
    """暂停办理: may read, may not act."""

    @classmethod
    def system(cls, city: str) -> Self:
        """Return the program itself, with the rights of the city's office, for imports and jobs."""
        return cls(
            account=SYSTEM_ACCOUNT, city=city, role=Role.city_office, office=city, county=city, name="系统"
        )

    @property
    def hands(self) -> frozenset[UUID]:
        """The people behind what this principal does: the one who acts, and for whom."""
        return frozenset({self.account} | ({self.on_behalf_of} if self.on_behalf_of else set()))

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts."""
        return self.account == SYSTEM_ACCOUNT
