"""Adjustment sheets as far as a person may read them: all, or a county the lines of its own agreements."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_check, can_see_statement
from auth.principal import Principal
from services.ledger.adjustments import Line
from services.ledger.reopening_errors import NoSuchAdjustment
from services.ledger.reopening_words import AdjustmentState
from services.ledger.tables import AdjustmentSheet


async def find_adjustment(session: AsyncSession, principal: Principal, number: UUID) -> AdjustmentSheet:
    """One sheet, for who sees all of the city's statements or that of a county with a line on it.

    Raises:
        NoSuchAdjustment: there is none, or none for this person.
    """
    found = await session.get(AdjustmentSheet, {"city": principal.city, "id": number})
    if found is None or not shown_lines(principal, found.body["lines"]):
        raise NoSuchAdjustment
    return found


def shown_lines(principal: Principal, lines: Iterable[Line]) -> list[Line]:
    """The lines that a person may read: all, or those of its own county's agreements."""
    return [
        line
        for line in lines
        if any(can_see_statement(principal, county) for county in ("", line["origin"], line["host"]))
    ]


def shown_body(principal: Principal, body: Mapping[str, Any]) -> dict[str, Any]:
    """A sheet's content as a person may read it, with the sum of what is shown."""
    lines = shown_lines(principal, body["lines"])
    causes = sorted({line["cause"] for line in lines})
    return {
        **body,
        "lines": lines,
        "causes": causes,
        "fen": sum(line["posting"]["origin_fen"] for line in lines),
    }


def may_decide(principal: Principal, sheet: AdjustmentSheet) -> bool:
    """Whether this person may approve or reject a sheet."""
    return sheet.state is AdjustmentState.made and can_check(principal, sheet.made_by)
