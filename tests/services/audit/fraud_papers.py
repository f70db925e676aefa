"""The frauds that stand in papers and payments: hands, seals, overrides, dues. Written past every guard."""

import json
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.words import Check
from services.kit.tables import uuid7
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, TODAY

DUE = date(2026, 1, 31)


async def put(session: AsyncSession, table: str, **values: object) -> None:
    """Write a row as it stands."""
    values = {"city": CITY, **values}
    plain = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    places = ", ".join(f":{name}" for name in values)
    await session.execute(text(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"), plain)


async def papers(session: AsyncSession, found: dict[Check, set[str]]) -> None:
    """Statements confirmed: sealed all but two; of another two the hands are one person's."""
    await story.confirm_all(session, "2025")
    statements = [one for one in await story.live(session, "2025") if one.state.value == "confirmed"]
    await session.execute(text("ALTER TABLE sealed_scan DISABLE TRIGGER USER"))
    for one in statements[2:]:
        await put(
            session,
            "sealed_scan",
            id=uuid7(),
            statement=one.id,
            body_sha256=one.body_sha256,
            scan=uuid7(),
            scan_sha256="b" * 64,
            state="checked",
            made_by=uuid7(),
            made_name="",
            made_on=TODAY,
            checked_by=uuid7(),
            checked_name="",
            checked_at=datetime(2026, 2, 1, tzinfo=UTC),
            reason="",
        )
    found[Check.unsealed] |= {str(one.id) for one in statements[:2]}
    await session.execute(text("ALTER TABLE statement_event DISABLE TRIGGER USER"))
    for one in statements[2:4]:
        await session.execute(
            text(
                "UPDATE statement_event SET by = (SELECT by FROM statement_event WHERE statement = :one"
                " AND action = 'prepare') WHERE statement = :one AND action = 'approve'"
            ),
            {"one": one.id},
        )
        found[Check.two_hands].add(f"{one.id}/prepare-approve")


async def overrides(session: AsyncSession, found: set[str], projects: list[str]) -> None:
    """Another than the first rank without minutes; the first rank, and another with minutes, are right."""
    stories = (
        (2, "investor_choice", "", True),
        (None, "other", " ", True),
        (3, "meeting", "联席会议纪要〔2026〕3号", False),
        (1, None, "", False),
    )
    park = "611002P1"
    nothing = dict.fromkeys(("planned_mu", "investment_floor_fen_per_mu", "tax_floor_fen_per_mu"), 0)
    nothing |= dict.fromkeys(("energy_tce", "water_td", "cod_kg"), 0)
    await put(session, "park", code=park, name="某园", owner="611002", **nothing)
    for code, (rank, reason, minutes, fraud) in zip(projects, stories, strict=True):
        await put(
            session,
            "match_decision",
            id=uuid7(),
            run=uuid7(),
            project=await session.scalar(text("SELECT id FROM project WHERE code = :code"), {"code": code}),
            park=park,
            rank=rank,
            override_reason=reason,
            minutes=minutes,
            note="",
            state="final",
            decided_by=uuid7(),
            second_by=uuid7() if reason == "other" else None,
        )
        if fraud:
            found.add(code)


async def hands(session: AsyncSession, found: set[str], projects: list[str]) -> None:
    """Projects entered and reviewed by one person; the last one by two."""
    for code in projects:
        maker = uuid7()
        same = code != projects[-1]
        number = await session.scalar(
            text("UPDATE project SET registrar = :maker WHERE code = :code RETURNING id"),
            {"maker": maker, "code": code},
        )
        await put(
            session,
            "project_move",
            id=uuid7(),
            project=number,
            seq=90,
            action="review",
            from_state="registered",
            to_state="reviewed",
            actor=maker if same else uuid7(),
            actor_office="",
            actor_name="",
            on_date=TODAY,
            facts={},
        )
        if same:
            found.add(code)


async def money(session: AsyncSession, found: dict[Check, set[str]], counties: list[str]) -> None:
    """A year closed long ago whose dues stand, an order that is not paid, payments in time and late."""
    await put(
        session,
        "year_close",
        year=2025,
        state="closed",
        requested_by=uuid7(),
        requested_name="",
        checked_by=uuid7(),
        checked_name="",
        closed_at=datetime(2026, 3, 31, tzinfo=UTC),
        facts={},
    )
    rows = await session.execute(
        text(
            "SELECT l.county FROM ledger_account a JOIN leg l ON l.city = a.city AND l.account = a.id"
            " WHERE a.kind = 'due_to' GROUP BY l.county HAVING sum(l.amount_fen) < 0"
        )
    )
    found[Check.unpaid_share] |= {f"{county}/2025" for county in rows.scalars()}
    for table in ("settlement", "payment_order", "payment"):
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
    settlement = uuid7()
    await put(
        session,
        "settlement",
        id=settlement,
        year=2024,
        seq=1,
        number="QS-2024-01",
        state="posted",
        revision=1,
        due_on=DUE,
        expires_on=DUE,
        body={},
        body_sha256="a" * 64,
        made_by=uuid7(),
        made_name="",
        made_on=DUE,
        checked_by=uuid7(),
        checked_name="",
        posted_on=DUE,
    )
    paid = ((100, date(2026, 2, 10)), (100, date(2026, 6, 1)), (40, date(2026, 2, 1)), (0, None))
    for county, (fen, on) in zip(counties, paid, strict=False):
        number = f"ZF-2024-{county}"
        await order(session, settlement, county, number, fen, on)
        if fen < 100:
            found[Check.unpaid_share].add(f"{county}/{number}")
        elif on is not None and on > date(2026, 3, 2):
            found[Check.late_payout].add(f"{county}/{number}/0")


async def order(session, settlement, county: str, number: str, fen: int, on: date | None) -> None:
    """An order over 100 fen and what was paid of it."""
    made = uuid7()
    await put(
        session,
        "payment_order",
        id=made,
        settlement=settlement,
        number=number,
        payer=county,
        payee=CITY,
        fen=100,
        due_on=DUE,
        purpose="",
        facts={},
    )
    if fen:
        await put(
            session,
            "payment",
            id=uuid7(),
            payment_order=made,
            state="posted",
            revision=1,
            paid_on=on,
            voucher_no=f"PZ-{county}",
            fen=fen,
            made_by=uuid7(),
            made_name="",
            checked_by=uuid7(),
            checked_name="",
        )
