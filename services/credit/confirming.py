"""The yearly confirmation: 报备 by the city's office, 审查 by five bureaus, 认定 by another person."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from auth.money import can_confirm_credit, can_file_credit, can_opine_on_credit
from auth.principal import Principal
from services.credit import repo
from services.credit.counting import is_current
from services.credit.errors import (
    CreditConfirmed,
    CreditNotCurrent,
    CreditNotExamined,
    CreditNotForYou,
    CreditOtherContent,
    CreditYearNotEnded,
    NoSuchCreditSheet,
    OpinionIncomplete,
)
from services.credit.sheets import CONTENT, body_of
from services.credit.tables import CreditEvent, CreditSheet
from services.credit.words import Bureau, SheetAction, SheetState
from services.kit.errors import SamePerson, Stale
from services.kit.events import record_event
from services.kit.known import last_known
from services.kit.tables import uuid7

MAX_WORDS = 500


async def file_sheet(session: AsyncSession, principal: Principal, year: int, today: date) -> CreditSheet:
    """File (报备) a year's sheet; the live one is replaced unless it says the same.

    Raises:
        CreditNotForYou: the principal is not the city's office.
        CreditYearNotEnded: the year is not over.
        CreditConfirmed: the year is final.
        CreditNotCurrent: something that counts is not booked yet.
    """
    if not can_file_credit(principal):
        raise CreditNotForYou
    if today <= date(year, 12, 31):
        raise CreditYearNotEnded(year=year)
    city = principal.city
    live = await repo.live_sheet(session, city, year, hold=True)
    if live is not None and live.state is SheetState.confirmed:
        raise CreditConfirmed(year=year)
    if not await is_current(session, city, year):
        raise CreditNotCurrent(year=year)
    number, version = f"RD-{city}-{year}", 1 if live is None else live.version + 1
    known = await last_known(session, city)
    body = await body_of(session, city, year, known, number=number, version=version, made_on=today)
    if live is not None:
        if all(live.body[part] == body[part] for part in CONTENT):
            return live
        await _step(session, principal, live, SheetAction.supersede, SheetState.superseded, today, {})
        await session.flush()
    made = CreditSheet(
        city=city,
        id=uuid7(),
        year=year,
        version=version,
        number=number,
        state=SheetState.filed,
        revision=0,
        known=known,
        body=body,
        body_sha256=sha256_of("credit-sheet", body),
        made_on=today,
        made_by=principal.account,
    )
    session.add(made)
    await session.flush()
    await _step(session, principal, made, SheetAction.file, SheetState.filed, today, {})
    return made


async def give_opinion(
    session: AsyncSession,
    principal: Principal,
    sheet: UUID,
    bureau: Bureau,
    *,
    agrees: bool,
    document_no: str,
    words: str,
    today: date,
    seen: int,
) -> CreditSheet:
    """Record a bureau's opinion (审查意见). With the fifth that agrees the sheet is examined.

    Raises:
        NoSuchCreditSheet, Stale: as for every step.
        CreditNotForYou: this person does not speak for that bureau.
        CreditConfirmed: the sheet is confirmed, or replaced.
        OpinionIncomplete: no document is named, or an objection has no reason.
    """
    found = await _take(session, principal, sheet, seen)
    if not can_opine_on_credit(principal, finance=bureau is Bureau.finance):
        raise CreditNotForYou
    if found.state not in {SheetState.filed, SheetState.examined}:
        raise CreditConfirmed(year=found.year)
    document_no, words = document_no.strip(), words.strip()
    if not document_no or len(words) > MAX_WORDS or not (agrees or words):
        raise OpinionIncomplete
    facts = {"bureau": bureau.value, "agrees": agrees, "document_no": document_no, "words": words}
    said = repo.opinions_of(await repo.events_of(session, principal.city, sheet)) | {bureau.value: facts}
    whole = all(said.get(one.value, {}).get("agrees") is True for one in Bureau)
    state = SheetState.examined if whole else SheetState.filed
    await _step(session, principal, found, SheetAction.opine, state, today, facts)
    return found


async def confirm_sheet(
    session: AsyncSession,
    principal: Principal,
    sheet: UUID,
    sha256: str,
    minutes_no: str,
    today: date,
    seen: int,
) -> CreditSheet:
    """Confirm (认定) a year; from then on its credit is final.

    Raises:
        NoSuchCreditSheet, Stale: as for every step.
        CreditNotForYou: the principal is not the city's office.
        SamePerson: who filed the sheet cannot confirm it.
        CreditConfirmed: it is confirmed, or replaced.
        CreditNotExamined: not all five bureaus agreed.
        CreditOtherContent: the hash is not the sheet's.
        CreditNotCurrent: what counts has changed since.
        OpinionIncomplete: no minutes are named.
    """
    found = await _take(session, principal, sheet, seen)
    if not can_confirm_credit(principal, None):
        raise CreditNotForYou
    if not can_confirm_credit(principal, found.made_by):
        raise SamePerson
    if found.state in {SheetState.confirmed, SheetState.superseded}:
        raise CreditConfirmed(year=found.year)
    if found.state is not SheetState.examined:
        raise CreditNotExamined
    if sha256 != found.body_sha256:
        raise CreditOtherContent
    if not minutes_no.strip():
        raise OpinionIncomplete
    if not await _still_so(session, found, today):
        raise CreditNotCurrent(year=found.year)
    found.confirmed_by = principal.account
    facts = {"minutes_no": minutes_no.strip()}
    await _step(session, principal, found, SheetAction.confirm, SheetState.confirmed, today, facts)
    return found


async def _still_so(session: AsyncSession, sheet: CreditSheet, today: date) -> bool:
    """Whether the sheet says what is booked by now, and nothing is left to book."""
    if not await is_current(session, sheet.city, sheet.year):
        return False
    body = await body_of(
        session,
        sheet.city,
        sheet.year,
        await last_known(session, sheet.city),
        number=sheet.number,
        version=sheet.version,
        made_on=today,
    )
    return all(sheet.body[part] == body[part] for part in CONTENT)


async def _take(session: AsyncSession, principal: Principal, sheet: UUID, seen: int) -> CreditSheet:
    found = await repo.sheet_by_id(session, principal.city, sheet, hold=True)
    if found is None:
        raise NoSuchCreditSheet
    if found.revision != seen:
        raise Stale
    return found


async def _step(
    session: AsyncSession,
    principal: Principal,
    sheet: CreditSheet,
    action: SheetAction,
    state: SheetState,
    today: date,
    facts: dict[str, Any],
) -> None:
    """Write the event first, for the guard of the state reads it; then move the sheet."""
    before = sheet.state
    session.add(
        CreditEvent(
            city=sheet.city,
            id=uuid7(),
            sheet=sheet.id,
            seq=sheet.revision + 1,
            action=action,
            by=principal.account,
            by_name=principal.name,
            office=principal.office,
            on_date=today,
            body_sha256=sheet.body_sha256,
            facts=facts,
        )
    )
    await session.flush()
    sheet.state, sheet.revision = state, sheet.revision + 1
    await session.flush()
    await record_event(
        session,
        sheet.city,
        actor=principal,
        action=f"credit.sheet_{action.value}",
        entity="credit_sheet",
        entity_id=sheet.id,
        before={"state": before.value},
        after={"state": state.value, "number": sheet.number, "sha256": sheet.body_sha256, **facts},
    )
