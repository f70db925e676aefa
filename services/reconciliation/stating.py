"""What an office states was paid in, by a form or a file: all rows or none, each a revision of the last."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.reconciling import Place, Side
from allocation.sharing.taxes import Tax
from allocation.units import FEN_LIMIT
from auth.money import can_reconcile
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.reconciliation import repo
from services.reconciliation.comparing import one_at_a_time, refresh
from services.reconciliation.errors import (
    BadFigures,
    FiguresLoadedBefore,
    NothingStated,
    ReconcilingNotForYou,
)
from services.reconciliation.repo import Agreement
from services.reconciliation.tables import FigureBatch, TaxFigure
from services.reconciliation.visibility import visible

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
FAULTS = {
    "unknown-agreement": lazy("没有这份协议，或不是本单位的协议"),
    "bad-month": lazy("不是月份；请写成 2026-01"),
    "month-ahead": lazy("该月尚未开始"),
    "negative": lazy("不能为负数；退库请填在退库数"),
    "too-large": lazy("数值过大，请检查单位"),
    "twice": lazy("同一协议、月份、税种出现两次"),
    "no-figures": lazy("没有填写任何数字"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureInput:
    """What was paid in (入库) and refunded (退库) of a tax in a month under an agreement, in fen."""

    agreement: str
    month: str
    tax: str
    paid_fen: int
    refund_fen: int = 0

    @property
    def place(self) -> Place:
        """What the figure is about."""
        return Place(self.agreement, self.month, Tax(self.tax))


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedBatch:
    """What was stored: the batch, how many rows were new or revised, the file's totals, what moved."""

    batch: FigureBatch
    rows: int
    changed: int
    paid_fen: int
    refund_fen: int
    moved: int


async def state_figures(
    session: AsyncSession,
    principal: Principal,
    rows: Sequence[FigureInput],
    today: date,
    *,
    filename: str = "",
    file_sha256: str | None = None,
) -> StatedBatch:
    """Store what an office states, and compare the places that it speaks of.

    A county's finance speaks for its own side of each agreement, the city's finance for the treasury.

    Raises:
        ReconcilingNotForYou: the office states no figures.
        BadFigures: a row breaks a rule, or is about an agreement that is not the office's own.
        FiguresLoadedBefore: this very file was loaded before.
        NothingStated: every figure is the one that stands.
    """
    office = principal.county or principal.city
    if not can_reconcile(principal, office):
        raise ReconcilingNotForYou
    await one_at_a_time(session, principal.city)
    own = visible(principal, await repo.agreements(session, principal.city))
    sides = {
        one.code: (one, side) for one in own if (side := one.side_of(office, principal.city)) is not None
    }
    _check(rows, set(sides), today)
    if file_sha256 is not None:
        await _refuse_known_file(session, principal, office, file_sha256)
    fresh = await _fresh(session, principal.city, rows, sides)
    if not fresh:
        raise NothingStated
    batch = FigureBatch(
        city=principal.city,
        id=uuid7(),
        county=office,
        filename=filename,
        file_sha256=file_sha256,
        rows=len(rows),
        by=principal.account,
        by_name=principal.name,
        on_date=today,
    )
    session.add(batch)
    await session.flush()
    session.add_all(
        TaxFigure(
            city=principal.city,
            side=side.value,
            agreement=one.id,
            tax=Tax(row.tax),
            month=row.month,
            revision=revision,
            batch=batch.id,
            county=office,
            paid_fen=row.paid_fen,
            refund_fen=row.refund_fen,
        )
        for row, one, side, revision in fresh
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="reconciliation.figures_stated",
        entity="figure_batch",
        entity_id=batch.id,
        after={"rows": len(rows), "changed": len(fresh), "file_sha256": file_sha256},
    )
    moved = await refresh(
        session, principal, {row.month for row in rows}, today, only={row.agreement for row in rows}
    )
    return StatedBatch(
        batch=batch,
        rows=len(rows),
        changed=len(fresh),
        paid_fen=sum(row.paid_fen for row in rows),
        refund_fen=sum(row.refund_fen for row in rows),
        moved=moved,
    )


async def _fresh(
    session: AsyncSession,
    city: str,
    rows: Sequence[FigureInput],
    sides: dict[str, tuple[Agreement, Side]],
) -> list[tuple[FigureInput, Agreement, Side, int]]:
    """The rows that differ from what stands for their side, with the revision that they become."""
    chosen = [sides[code][0] for code in {row.agreement for row in rows}]
    stated = await repo.stated_figures(session, city, chosen, {row.month for row in rows})
    found = []
    for row in rows:
        one, side = sides[row.agreement]
        before = stated[side].get(row.place)
        if before is None or (before.paid_fen, before.refund_fen) != (row.paid_fen, row.refund_fen):
            found.append((row, one, side, 1 if before is None else before.revision + 1))
    return found


async def _refuse_known_file(
    session: AsyncSession, principal: Principal, office: str, file_sha256: str
) -> None:
    known = await session.scalar(
        select(col(FigureBatch.id)).where(
            col(FigureBatch.city) == principal.city,
            col(FigureBatch.county) == office,
            col(FigureBatch.file_sha256) == file_sha256,
        )
    )
    if known is not None:
        raise FiguresLoadedBefore


def _check(rows: Sequence[FigureInput], own: set[str], today: date) -> None:
    """Refuse rows that break a rule, naming each; an agreement of others looks like none."""
    errors = [] if rows else [_fault("/rows", "no-figures")]
    seen: set[Place] = set()
    now = today.strftime("%Y-%m")
    for number, row in enumerate(rows):
        at = f"/rows/{number}"
        if row.agreement not in own:
            errors.append(_fault(f"{at}/agreement", "unknown-agreement"))
        if not MONTH.fullmatch(row.month):
            errors.append(_fault(f"{at}/month", "bad-month"))
        elif row.month > now:
            errors.append(_fault(f"{at}/month", "month-ahead"))
        for name in ("paid_fen", "refund_fen"):
            fen = getattr(row, name)
            if not 0 <= fen < FEN_LIMIT:
                errors.append(_fault(f"{at}/{name}", "negative" if fen < 0 else "too-large"))
        if row.place in seen:
            errors.append(_fault(at, "twice"))
        seen.add(row.place)
    if errors:
        raise BadFigures(errors=errors)


def _fault(pointer: str, code: str) -> FieldError:
    return FieldError(pointer, code, FAULTS[code])
