"""避免政府违约: promised amounts, what was paid of them, a county's year against its fiscal strength."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.tracking.promises import Purse
from auth.policy import differs
from auth.principal import Principal, Role
from auth.tracking import can_keep_promises, can_review_promises, sees_promises_of
from services.compliance.tables import CommitmentSheet
from services.kit.clock import Clock
from services.kit.errors import FieldError, SamePerson
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.regions.repo import load_region, unit_names
from services.regions.settings import settings_on
from services.tracking.errors import BadTracking, NoSuchPromise, NotYourPromises, PromiseOverpaid
from services.tracking.kinds import ReviewOutcome
from services.tracking.promise_views import PromisesAnswer, PromiseView, PurseView, ReviewView
from services.tracking.record import made
from services.tracking.schemas import PaymentForm, PromiseReviewForm, StrengthForm
from services.tracking.tables import FiscalStrength, PromiseFulfilment, PromiseReview

# What counts is the latest list of the standing letter of the county that hosts; of a list that was replaced,
# or of a project that went elsewhere, what was paid.
_ITEMS = """
WITH paid AS (
    SELECT sheet, seq, sum(amount_fen)::bigint AS fen FROM promise_fulfilment WHERE city = :city GROUP BY 1, 2
), standing AS (
    SELECT DISTINCT ON (s.commitment) s.id
    FROM commitment_sheet AS s
    JOIN commitment AS c ON c.city = s.city AND c.id = s.commitment AND c.ended_on IS NULL
    JOIN project AS p ON p.city = s.city AND p.id = s.project AND p.host_county = s.county
    WHERE s.city = :city AND p.state NOT IN ('withdrawn', 'lost', 'ended', 'released')
    ORDER BY s.commitment, s.seq DESC
)
SELECT s.county, i.sheet, i.seq, i.kind, i.what, i.beneficiary, i.year, i.source, i.condition,
    p.public_id, p.name, p.code_name, s.park, t.id IS NOT NULL AS standing,
    coalesce(paid.fen, 0) AS fulfilled_fen,
    CASE WHEN t.id IS NULL THEN coalesce(paid.fen, 0) ELSE i.amount_fen END AS promised_fen
FROM commitment_item AS i
JOIN commitment_sheet AS s ON s.city = i.city AND s.id = i.sheet
JOIN project AS p ON p.city = s.city AND p.id = s.project
LEFT JOIN standing AS t ON t.id = s.id
LEFT JOIN paid ON paid.sheet = i.sheet AND paid.seq = i.seq
WHERE i.city = :city AND i.amount_fen > 0 AND (t.id IS NOT NULL OR paid.fen > 0)
    AND (CAST(:county AS text) IS NULL OR s.county = :county)
    AND (CAST(:year AS integer) IS NULL OR i.year = :year)
ORDER BY i.year, s.county, p.public_id, s.id, i.seq
"""


async def register(
    session: AsyncSession, principal: Principal, county: str | None = None, year: int | None = None
) -> PromisesAnswer:
    """Return the promised amounts that somebody sees, and each county's years against its fiscal strength."""
    today = await Clock().today(session, principal.city)
    names = await unit_names(session, principal.city)
    whose = county if principal.role in _CITY_WIDE else principal.county
    asked = {"city": principal.city, "county": whose, "year": year}
    rows = (await session.execute(text(_ITEMS), asked)).mappings().all()
    masked = principal.role is Role.auditor
    items = [
        PromiseView(
            **{name: row[name] for name in _PLAIN},
            county_name=names.get(row["county"], row["county"]),
            project=row["public_id"],
            project_name=row["code_name"] if masked else row["name"],
            may_pay=can_keep_promises(principal, row["county"])
            and row["standing"]
            and row["fulfilled_fen"] < row["promised_fen"],
        )
        for row in rows
        if sees_promises_of(principal, row["county"])
    ]
    cap = (await settings_on(session, principal.city, today)).promise_cap_bp
    purses = await _purses(session, principal, items, names, cap, whose, year)
    return PromisesAnswer(as_of=today, cap_bp=cap, purses=purses, items=items)


_FEN_PER_WAN = 1_000_000
_CITY_WIDE = frozenset({Role.city_office, Role.city_finance, Role.auditor})
_PLAIN = (
    *("county", "sheet", "seq", "kind", "what", "beneficiary", "year", "source", "condition"),
    *("standing", "promised_fen", "fulfilled_fen"),
)


async def _purses(
    session: AsyncSession,
    principal: Principal,
    items: Iterable[PromiseView],
    names: dict[str, str],
    cap: int,
    county: str | None,
    year: int | None,
) -> list[PurseView]:
    promised: dict[tuple[str, int], list[PromiseView]] = defaultdict(list)
    for item in items:
        promised[item.county, item.year].append(item)
    strengths = await _strengths(session, principal, county, year)
    reviews = await _reviews(session, principal.city, [row.id for row in strengths.values()])
    found = []
    for key in sorted({*promised, *strengths}, key=lambda pair: (-pair[1], pair[0])):
        strength = strengths.get(key)
        own = promised[key]
        purse = Purse(
            promised_fen=sum(item.promised_fen for item in own),
            fulfilled_fen=sum(item.fulfilled_fen for item in own),
            strength_fen=strength.amount_fen if strength else None,
            cap_bp=cap,
        )
        latest = reviews.get(strength.id) if strength else None
        found.append(
            PurseView(
                county=key[0],
                county_name=names.get(key[0], key[0]),
                year=key[1],
                promised_fen=purse.promised_fen,
                fulfilled_fen=purse.fulfilled_fen,
                owed_fen=purse.owed_fen,
                strength=strength.id if strength else None,
                strength_fen=purse.strength_fen,
                source=strength.source if strength else "",
                entered_name=strength.by_name if strength else "",
                cap_fen=purse.cap_fen,
                over_fen=purse.over_fen,
                review=latest,
                review_stale=latest is not None and latest.promised_fen != purse.promised_fen,
                may_review=strength is not None and can_review_promises(principal, strength.by),
            )
        )
    return found


async def _strengths(
    session: AsyncSession, principal: Principal, county: str | None, year: int | None
) -> dict[tuple[str, int], FiscalStrength]:
    query = select(FiscalStrength).where(col(FiscalStrength.city) == principal.city)
    if county is not None:
        query = query.where(col(FiscalStrength.county) == county)
    if year is not None:
        query = query.where(col(FiscalStrength.year) == year)
    rows = await session.scalars(query.order_by(col(FiscalStrength.at), col(FiscalStrength.id)))
    return {(row.county, row.year): row for row in rows if sees_promises_of(principal, row.county)}


async def _reviews(session: AsyncSession, city: str, keys: list[UUID]) -> dict[UUID, ReviewView]:
    rows = await session.scalars(
        select(PromiseReview)
        .where(col(PromiseReview.city) == city, col(PromiseReview.strength).in_(keys))
        .order_by(col(PromiseReview.at), col(PromiseReview.id))
    )
    return {row.strength: ReviewView.model_validate(row, from_attributes=True) for row in rows}


async def find(session: AsyncSession, principal: Principal, sheet: UUID, seq: int) -> PromiseView:
    """Return one promised amount.

    Raises:
        NoSuchPromise: none that the asker sees.
    """
    for item in (await register(session, principal)).items:
        if (item.sheet, item.seq) == (sheet, seq):
            return item
    raise NoSuchPromise


async def pay(
    session: AsyncSession, principal: Principal, sheet: UUID, seq: int, form: PaymentForm
) -> PromiseView:
    """Enter what was paid of a promise, by its voucher.

    Raises:
        NoSuchPromise: none that the asker sees.
        NotYourPromises: the county's own finance enters it.
        PromiseOverpaid: more than is still owed, or the list was replaced.
        BadTracking: a day before the promise was made, or to come.
    """
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
    await session.execute(lock, {"key": f"paying {principal.city} {sheet} {seq}"})
    item = await find(session, principal, sheet, seq)
    if not can_keep_promises(principal, item.county):
        raise NotYourPromises
    today = await Clock().today(session, principal.city)
    if form.paid_on > today:
        raise BadTracking(errors=[FieldError("/paid_on", "future", lazy("日期不能晚于今天"))])
    made_on = await _promised_on(session, principal.city, sheet)
    if made_on is not None and form.paid_on < made_on:
        raise BadTracking(errors=[FieldError("/paid_on", "early", lazy("兑现日期不能早于作出承诺的日期"))])
    owed = item.promised_fen - item.fulfilled_fen
    if form.amount_fen > owed:
        raise PromiseOverpaid(owed=f"{(Decimal(owed) / _FEN_PER_WAN).normalize():f}")
    row = PromiseFulfilment(**form.model_dump(), **made(principal, today), id=uuid7(), sheet=sheet, seq=seq)
    session.add(row)
    await session.flush()
    told = {"sheet": str(sheet), "seq": seq, "amount_fen": form.amount_fen, "evidence": form.evidence}
    await _record(session, principal, "tracking.promise_paid", row.id, told)
    return await find(session, principal, sheet, seq)


async def _promised_on(session: AsyncSession, city: str, sheet: UUID) -> date | None:
    """Return the day of the letter's first list: a later one takes over what was promised before it."""
    letter = select(col(CommitmentSheet.commitment)).where(
        col(CommitmentSheet.city) == city, col(CommitmentSheet.id) == sheet
    )
    return await session.scalar(
        select(func.min(col(CommitmentSheet.on_date))).where(
            col(CommitmentSheet.city) == city, col(CommitmentSheet.commitment).in_(letter)
        )
    )


async def set_strength(session: AsyncSession, principal: Principal, form: StrengthForm) -> PurseView:
    """Enter a county's fiscal strength of a year; the latest entry counts and asks for a review anew.

    Raises:
        NotYourPromises: the county's own finance enters it.
        BadTracking: no such county.
    """
    if await load_region(session, principal.city, form.county) is None:
        raise BadTracking(errors=[FieldError("/county", "unknown", lazy("没有这个县区"))])
    if not can_keep_promises(principal, form.county):
        raise NotYourPromises
    today = await Clock().today(session, principal.city)
    row = FiscalStrength(**form.model_dump(), **made(principal, today), id=uuid7())
    session.add(row)
    await session.flush()
    told = form.model_dump()
    await _record(session, principal, "tracking.strength_entered", row.id, told)
    return await _purse(session, principal, form.county, form.year)


async def review(
    session: AsyncSession, principal: Principal, strength: UUID, form: PromiseReviewForm
) -> PurseView:
    """Review a county's promises of a year against its strength.

    Raises:
        NoSuchPromise: no such strength that the asker sees, or a later one was entered.
        SamePerson: who entered the strength does not review it.
        NotYourPromises: the city's finance or office reviews.
        BadTracking: over the cap is not affordable.
    """
    row = await session.get(FiscalStrength, (principal.city, strength))
    if row is None or not sees_promises_of(principal, row.county):
        raise NoSuchPromise
    if not can_review_promises(principal, row.by):
        raise NotYourPromises if differs(row.by, principal) else SamePerson
    purse = await _purse(session, principal, row.county, row.year)
    if purse.strength != strength:
        raise NoSuchPromise
    if purse.over_fen and form.outcome is ReviewOutcome.affordable:
        told = lazy("承诺已超过财力上限，不能评为可以承受")
        raise BadTracking(errors=[FieldError("/outcome", "over-cap", told)])
    today = await Clock().today(session, principal.city)
    session.add(
        PromiseReview(
            **form.model_dump(),
            **made(principal, today),
            id=uuid7(),
            strength=row.id,
            made_by=row.by,
            promised_fen=purse.promised_fen,
            cap_fen=purse.cap_fen or 0,
        )
    )
    await session.flush()
    facts = {"outcome": form.outcome.value, "promised_fen": purse.promised_fen, "words": form.words}
    await _record(session, principal, "tracking.promises_reviewed", row.id, facts)
    return await _purse(session, principal, row.county, row.year)


async def _purse(session: AsyncSession, principal: Principal, county: str, year: int) -> PurseView:
    [purse] = (await register(session, principal, county, year)).purses
    return purse


async def _record(
    session: AsyncSession, principal: Principal, action: str, key: UUID, told: dict[str, Any]
) -> None:
    await record_event(
        session, principal.city, actor=principal, action=action, entity="promise", entity_id=key, after=told
    )
