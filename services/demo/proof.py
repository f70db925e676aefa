"""The proof of the story: counties' own keys, co-signatures when they confirmed, a bundle for outsiders.

In a city each county keeps its key at home. Here all keys lie in the demo's folder, one file a county, as the
county's own command would have written them.
"""

import os
from collections.abc import Iterable

from allocation.evidence.checkpoint import cosign
from allocation.evidence.cosigning import county_key, parse_signer, refusal, signer_text
from allocation.evidence.note import Note
from allocation.evidence.verdict import Verdict
from allocation.evidence.verifying import verify_bundle
from auth.principal import Role
from services.demo.crew import Crew
from services.demo.folder import DemoFolder
from services.evidence import cosignatures, keys
from services.evidence.bundles import year_bundle
from services.evidence.jobs import seal_city
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.kit.refused import Refused

BUNDLE = "evidence-{year}.json"


class NotCosigned(Refused):
    """A county's key must not sign what the log shows it."""

    message = lazy("{county} 不会签：{why}")


async def hand_in_keys(database: Database, crew: Crew, folder: DemoFolder, counties: Iterable[str]) -> int:
    """Make a key for each county that has none, hand its public part in and let another confirm it."""
    made = 0
    for county in counties:
        if folder.text(_file(county)) is not None:
            continue
        private = os.urandom(32)
        async with database.session() as session:
            public = county_key(await keys.key_name(session, crew.city, county), private)
            handed = await keys.hand_in(session, crew.one(Role.county_finance, county), county, public.text)
            await keys.confirm_key(session, crew.leader(county), handed.id, Clock().now())
        folder.write_text(_file(county), signer_text(public, private) + "\n")
        made += 1
    return made


async def seal_and_cosign(
    database: Database, crew: Crew, folder: DemoFolder, counties: Iterable[str]
) -> tuple[int, int]:
    """Seal what is new and let each county co-sign it; entries sealed, and counties that signed.

    Raises:
        NotCosigned: the log's history is not the one that a county signed before.
    """
    sealed = await seal_city(database, crew.city, folder.secret(), Clock())
    signed = 0
    for county in counties:
        stored = folder.text(_file(county))
        if stored is None:
            continue
        public, private = parse_signer(stored)
        async with database.session() as session:
            person = crew.one(Role.county_finance, county)
            request = await cosignatures.request_for(session, person, county)
            why = refusal(request, None, county=public)
            if why is not None:
                raise NotCosigned(county=county, why=why.value)
            line = cosign(request.checkpoint, county, private, int(Clock().now().timestamp()))
            await cosignatures.hand_in(session, person, county, Note(request.note.text, (line,)).document)
        signed += 1
    return sealed, signed


async def write_bundle(database: Database, crew: Crew, folder: DemoFolder, year: int) -> tuple[str, Verdict]:
    """Write a year's bundle into the folder, and what the verifier says of it."""
    async with database.session() as session:
        found = await year_bundle(session, crew.one(Role.auditor, crew.city), year, None)
    name = BUNDLE.format(year=year)
    folder.write_text(name, found.content.decode())
    return str(folder.path / name), verify_bundle(found.content)


def _file(county: str) -> str:
    return f"{county}.key"
