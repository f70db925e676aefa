"""The table of agreements as imports see it: what is stored, and how rows are written.

An imported agreement was signed before this program: it is in force at once, with the known number of its
import. A row whose terms differ from those in force makes a new version; the earlier one stays, amended.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.terms import InvalidTermsError, Terms
from auth.principal import Principal
from services.agreements.errors import BadTerms, OtherParties, UnknownProject
from services.agreements.inputs import AgreementInput, spread
from services.agreements.parties import outside_of, party_places
from services.agreements.tables import Agreement, AgreementVersion
from services.agreements.terms_in_time import refuse_overlap
from services.agreements.words import PaperState, Party
from services.kit.events import record_event
from services.kit.known import next_known
from services.kit.tables import uuid7
from services.projects.imports import set_hosts
from services.projects.tables import Project

__all__ = ["AgreementInput", "existing_agreements", "spread", "write_agreements"]


async def existing_agreements(session: AsyncSession, city: str) -> dict[str, AgreementInput]:
    """Return the agreements in force by number, with the terms of the version in force."""
    rows = await session.execute(
        select(Agreement, AgreementVersion.terms, Project.code)  # type: ignore[call-overload]  # columns
        .join(
            AgreementVersion,
            (col(AgreementVersion.city) == col(Agreement.city))
            & (col(AgreementVersion.agreement) == col(Agreement.id))
            & (col(AgreementVersion.version) == col(Agreement.live)),
        )
        .join(
            Project, (col(Project.city) == col(Agreement.city)) & (col(Project.id) == col(Agreement.project))
        )
        .where(col(Agreement.city) == city, col(Agreement.state) == PaperState.in_force)
        .order_by(col(Agreement.code))
    )
    return {
        row.code: AgreementInput.of(row.code, project, Terms.from_json(terms)) for row, terms, project in rows
    }


async def write_agreements(
    session: AsyncSession, principal: Principal, rows: Sequence[AgreementInput]
) -> None:
    """Insert agreements in force, or give stored ones a new version where the terms differ.

    Raises:
        UnknownProject: a row's 登记编号 is not there.
        OtherParties: a stored agreement of that number has another project or other parties.
        BadTerms: a row's terms contradict themselves.
        UndeclaredParty: a row names a party that is no county of the city and was not declared.
        OverlappingTerms: a row's terms would hold where others of the project do.
    """
    if not rows:
        return
    city = principal.city
    terms = {row.code: _terms(row) for row in rows}
    projects = await _projects(session, city, [row.project for row in rows])
    stored = {
        row.code: row
        for row in await session.scalars(
            select(Agreement).where(col(Agreement.city) == city, col(Agreement.code).in_(list(terms)))
        )
    }
    places = await party_places(session, city)
    sides = {row.code: outside_of(places, row.origin, row.host) for row in rows}
    for row in rows:
        own = stored[row.code].id if row.code in stored else None
        await refuse_overlap(session, city, projects[row.project], own, row.effective_on)
    known = await next_known(session, city)
    ids = {row.code: uuid7() for row in rows if row.code not in stored}
    fresh = [
        _fresh(city, ids[row.code], row, projects[row.project], sides[row.code])
        for row in rows
        if row.code not in stored
    ]
    if fresh:
        await session.execute(insert(Agreement), fresh)
    versions = [
        _version(city, ids[row.code], 1, terms[row.code], known) for row in rows if row.code not in stored
    ]
    for row in rows:
        if row.code in stored:
            await _amend(session, stored[row.code], row, projects, terms[row.code], known)
    if versions:
        await session.execute(insert(AgreementVersion), versions)
    inside = {row.project: row.host for row in rows if sides[row.code] is not Party.host}
    await set_hosts(session, principal, inside)
    await record_event(
        session,
        city,
        actor=principal,
        action="agreements.imported",
        entity="agreement",
        entity_id=rows[0].code if len(rows) == 1 else "*",
        after={"rows": len(rows), "keys": [row.code for row in rows], "known": known},
    )


def _terms(row: AgreementInput) -> Terms:
    try:
        return row.terms()
    except InvalidTermsError as error:
        raise BadTerms(error.problems, code=row.code) from error


async def _projects(session: AsyncSession, city: str, codes: Sequence[str]) -> dict[str, UUID]:
    rows = await session.execute(
        select(col(Project.code), col(Project.id)).where(
            col(Project.city) == city, col(Project.code).in_(codes)
        )
    )
    found: dict[str, UUID] = dict(rows.all())
    for code in codes:
        if code not in found:
            raise UnknownProject(code=code)
    return found


def _fresh(
    city: str, number: UUID, row: AgreementInput, project: UUID, outside: Party | None
) -> dict[str, object]:
    return {
        "city": city,
        "id": number,
        "code": row.code,
        "project": project,
        "origin": row.origin,
        "host": row.host,
        "outside": outside,
        "state": PaperState.in_force,
        "live": 1,
        "minutes_no": "",
        "minutes_on": None,
        "deduction_consent": False,
        "imported": True,
        "drafted_by": None,
        "ended_on": None,
        "ended_known": None,
        "end_reason": "",
        "revision": 1,
    }


def _version(city: str, agreement: UUID, number: int, terms: Terms, known: int) -> dict[str, object]:
    return {
        "city": city,
        "agreement": agreement,
        "version": number,
        "terms": terms.to_json(),
        "method": terms.method,
        "effective_on": terms.effective_on,
        "remark": "",
        "state": PaperState.in_force,
        "known": known,
        "imported": True,
        "drafted_by": None,
    }


async def _amend(
    session: AsyncSession,
    stored: Agreement,
    row: AgreementInput,
    projects: dict[str, UUID],
    terms: Terms,
    known: int,
) -> None:
    if (stored.project, stored.origin, stored.host) != (projects[row.project], row.origin, row.host):
        raise OtherParties(code=row.code)
    place = (col(AgreementVersion.city) == stored.city, col(AgreementVersion.agreement) == stored.id)
    versions = (
        await session.scalars(select(AgreementVersion).where(*place).order_by(col(AgreementVersion.version)))
    ).all()
    live = next((version for version in versions if version.version == stored.live), None)
    if stored.state is not PaperState.in_force or live is None or versions[-1] is not live:
        raise OtherParties(code=row.code)
    if live.terms == terms.to_json():
        return
    await session.execute(
        update(AgreementVersion)
        .where(*place, col(AgreementVersion.version) == live.version)
        .values(state=PaperState.amended)
    )
    number = live.version + 1
    await session.execute(insert(AgreementVersion), [_version(stored.city, stored.id, number, terms, known)])
    stored.live = number
    stored.revision += 1
    await session.flush()
