"""The demo's officers: who is there to do a piece of work, and who is another person than the one before."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from auth.principal import Principal, Role
from services.accounts.bootstrap import DemoAccount
from services.demo.folder import Account

# One account of each role is printed; the counties' others stand in accounts.json.
PRINTED = (
    Role.city_office,
    Role.county_officer,
    Role.county_leader,
    Role.park_officer,
    Role.county_finance,
    Role.city_finance,
    Role.auditor,
    Role.administrator,
)


class Crew:
    """The principals of the demo's accounts, by role and office."""

    def __init__(self, city: str, accounts: Iterable[DemoAccount]) -> None:
        self.city = city
        self._people = [account.principal for account in accounts]

    def all(self, role: Role, office: str) -> list[Principal]:
        """Return everybody of a role in an office."""
        return [person for person in self._people if person.role is role and person.office == office]

    def one(self, role: Role, office: str, *, but: Sequence[UUID] = ()) -> Principal:
        """Return somebody of a role in an office who is none of `but`.

        Raises:
            LookupError: there is nobody; the demo's accounts do not fit its story.
        """
        for person in self.all(role, office):
            if person.account not in but:
                return person
        raise LookupError(f"nobody is {role} of {office}")

    @property
    def office(self) -> Principal:
        """Return the city's coordination officer."""
        return self.one(Role.city_office, self.city)

    def officer(self, region: str) -> Principal:
        """Return who files and commits for a region: the city's own office for the city's own units."""
        return self.office if region == self.city else self.one(Role.county_officer, region)

    def leader(self, region: str, *, but: Sequence[UUID] = ()) -> Principal:
        """Return who decides for a region."""
        if region == self.city:
            return self.one(Role.city_office, region, but=but)
        return self.one(Role.county_leader, region, but=but)

    def finance(self) -> list[Principal]:
        """Return the city's finance: four people, because four hands sign a year's statement."""
        return self.all(Role.city_finance, self.city)


def to_store(accounts: Iterable[DemoAccount]) -> list[Account]:
    """Return the accounts as the data folder keeps them."""
    return [
        Account(
            role=account.principal.role.value,
            login=account.login,
            password=account.password,
            office=account.principal.name,
        )
        for account in accounts
    ]


def to_print(accounts: Sequence[Account]) -> list[Account]:
    """Return one account of each role, in the order of the work."""
    first: dict[str, Account] = {}
    for account in accounts:
        first.setdefault(account.role, account)
    return [first[role.value] for role in PRINTED if role.value in first]
