"""A log with keys and co-signatures on the example's year, and what tests ask of it."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.checkpoint import Checkpoint, cosign
from allocation.evidence.cosigning import county_key
from allocation.evidence.note import Note
from auth.principal import Principal, Role
from services.evidence import cosignatures, keys
from services.evidence.jobs import seal_city
from services.evidence.tables import Cosignature, EvidenceKey
from services.kit.clock import Clock
from services.kit.database import Database
from services.ledger.states import StatementKind
from services.ledger.tables import Statement
from tests.conftest import SECRET
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, People, person

NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
TIME = int(NOW.timestamp())
LEADER_OFFICE = "611002"


def private(county: str) -> bytes:
    """A county's private key, which this program never sees."""
    return county.encode().ljust(32, b"k")


def vkey(county: str, origin: str = f"yipanqi/{CITY}") -> str:
    return county_key(f"{origin}/{county}", private(county)).text


def leader(county: str) -> Principal:
    return person(Role.county_leader, county, "县区领导")


async def enroll(session: AsyncSession, county: str) -> EvidenceKey:
    """A county's own key, handed in by its finance and confirmed by its leader."""
    made = await keys.hand_in(session, People.county(county), county, vkey(county))
    return await keys.confirm_key(session, leader(county), made.id, NOW)


async def hold(session: AsyncSession, county: str) -> EvidenceKey:
    """A key that the city's server holds for a county."""
    made = await keys.hold_for(session, story.PEOPLE.maker, county, SECRET)
    return await keys.confirm_key(session, story.PEOPLE.checker, made.id, NOW)


async def seal(database: Database) -> int:
    return await seal_city(database, CITY, SECRET, Clock(NOW))


async def year_statement(session: AsyncSession, county: str) -> Statement:
    found = await story.live(session, "2025")
    return next(one for one in found if one.county == county and one.kind is StatementKind.year)


async def counties(session: AsyncSession) -> list[str]:
    """The counties with a year statement."""
    return [one.county for one in await story.live(session, "2025") if one.kind is StatementKind.year]


def signed(checkpoint: Checkpoint, county: str, time: int = TIME) -> str:
    """The co-signed checkpoint, as the county's program writes it."""
    return Note(checkpoint.text, (cosign(checkpoint, county, private(county), time),)).document


async def cosigned(session: AsyncSession, county: str) -> Cosignature:
    """What the county's program makes of the request, handed in."""
    finance = People.county(county)
    request = await cosignatures.request_for(session, finance, county)
    return await cosignatures.hand_in(session, finance, county, signed(request.checkpoint, county))


async def confirmed(session: AsyncSession, county: str) -> UUID:
    statement = await year_statement(session, county)
    await story.confirm(session, statement)
    return statement.id
