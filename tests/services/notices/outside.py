"""A lead of Danfeng with an office's channel to a receiver on loopback, and what stands in the database."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.events import record_event
from services.notices import channels, deliveries, sending
from services.notices.channel_schemas import ChannelForm, ChannelView
from services.notices.outgoing import Means
from services.notices.words import ChannelKind
from services.settings import Settings
from tests.conftest import SECRET
from tests.services.accounts.factories import principal
from tests.services.notices.cast import People, people, tell
from tests.services.projects import factories as make
from tests.services.projects.road import lead

URGENT = "projects.held"
PLAIN = "projects.start"


def settings(**more: Any) -> Settings:
    """Settings under which loopback may be sent to."""
    return Settings(
        database_url="postgresql://127.0.0.1/none",
        secret=SECRET,
        public_url="http://127.0.0.1:8000/",
        notice_networks="127.0.0.0/8",
        **more,
    )


def means(seconds: float = 20, **more: Any) -> Means:
    """What sends: patiently, for a busy machine may answer late; who waits for a hang says how long."""
    made = Means.of(settings(**more), Clock())
    return Means(made.settings, made.clock, made.networks, made.resolver, seconds)


class Scene:
    """A lead, the accounts of a small city, and its administrator."""

    def __init__(self, ref: UUID, cast: People, keeper: Principal) -> None:
        self.ref, self.cast, self.keeper = ref, cast, keeper

    async def channel(
        self, session: AsyncSession, url: str, kind: ChannelKind = ChannelKind.webhook, **more: Any
    ) -> ChannelView:
        """Make a channel of Danfeng's."""
        facts = {"office": make.DANFENG, "kind": kind, "name": "业务系统", "url": url, **more}
        return await channels.make(session, self.keeper, ChannelForm.model_validate(facts), settings())

    async def happens(self, session: AsyncSession, *actions: str) -> None:
        """Let events happen to the lead, and tell of them."""
        for action in actions:
            await record_event(
                session, make.CITY, actor=make.OFFICE, action=action, entity="project", entity_id=self.ref
            )
        await tell(session)


async def set_out(session: AsyncSession) -> Scene:
    """A city with its accounts and one lead of Danfeng, all that happened so far being told."""
    made = await lead(session)
    cast = dict(await people(session))
    await tell(session)
    return Scene(made.id, cast, await principal(session, Role.administrator, make.CITY))


async def rows(session: AsyncSession) -> list[dict[str, Any]]:
    """The deliveries, in the order in which they were made."""
    found = await session.execute(
        text("SELECT id, state, attempts, last_status FROM notice_delivery ORDER BY id")
    )
    return [dict(row._mapping) for row in found]


async def due(session: AsyncSession) -> None:
    """Let the waits be over."""
    await session.execute(text("UPDATE notice_delivery SET next_at = now() WHERE state = 'waiting'"))


async def rounds(database: Database, what: Means, times: int = 1) -> int:
    """Send what is due, again and again; how many attempts that was."""
    done = 0
    for _ in range(times):
        async with database.session() as session:
            await due(session)
        done += await sending.deliver(database, what, make.CITY)
    return done


ATTEMPTS = 8
"""After so many failures a delivery is given up."""
NOTHING = deliveries.NOTHING
