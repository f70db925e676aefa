"""Officers with accounts, and the shortest way to let them act on sheets."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import Verb
from auth.principal import Principal, Role
from services.accounts import seating
from services.accounts.seats import principal_for
from services.accounts.sign_in import open_session
from services.accounts.tables import Account, SessionKind
from services.approvals import chains, service
from services.approvals.schemas import ActForm, ChainForm, DelegationForm
from services.approvals.sheets import Found
from tests.services.projects import factories as make

TODAY = make.TODAY
NOW = datetime(2027, 1, 15, 3, tzinfo=UTC)


class Cast:
    """People by name; each is read from the database when named, as a request would."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._people: dict[str, Principal] = {}

    async def join(self, name: str, role: Role, office: str, display: str) -> Principal:
        """Give somebody an account and a sign-in."""
        account = Account(
            city=make.CITY,
            login=name,
            display_name=display,
            role=role,
            office=office,
            county=office,
        )
        self.session.add(account)
        await self.session.flush()
        opened = await open_session(self.session, account, SessionKind.api, NOW)
        self._people[name] = opened.principal
        return opened.principal

    def __getitem__(self, name: str) -> Principal:
        return self._people[name]

    async def again(self, name: str) -> Principal:
        """Read somebody anew: their seat, delegations and suspensions as they are now."""
        known = self._people[name]
        found = await principal_for(self.session, known.city, known.account, NOW, sign_in=known.session)
        assert found is not None
        self._people[name] = found
        return found

    async def seat(self, name: str, *, post: UUID | None = None, delegation: UUID | None = None) -> Principal:
        """Let somebody take another seat."""
        await seating.take_seat(self.session, self._people[name], post, delegation, TODAY)
        return await self.again(name)


async def acts(session: AsyncSession, who: Principal, ref: str, verb: Verb, **facts: Any) -> Found:
    """Act on a sheet."""
    return await service.take(session, who, ref, ActForm(verb=verb, **facts), TODAY)


async def longer_chain(session: AsyncSession, cast: Cast, *, kind: str = "sign", since: date = TODAY) -> None:
    """Let two leaders of Danfeng sign each registration: 局长, then 分管县领导."""
    form = ChainForm.model_validate(
        {
            "kind": "review",
            "office": make.DANFENG,
            "effective_from": since,
            "steps": [
                {"role": "county_leader", "title": "局长", "kind": kind},
                {"role": "county_leader", "title": "分管县领导", "kind": kind},
            ],
        }
    )
    await chains.set_chain(session, cast["leader"], form, TODAY)


def lend(cast: Cast, to: str, **changes: Any) -> DelegationForm:
    """Fill in a delegation of a week, of reviews."""
    facts: dict[str, Any] = {
        "delegate": cast[to].account,
        "kinds": ["review"],
        "from_on": TODAY,
        "until_on": TODAY + timedelta(days=6),
        "reason": "外出招商",
    }
    return DelegationForm.model_validate(facts | changes)
