"""Whether a printed summary or register is ours: worked out again and compared by its check code.

A summary that later versions overtook is still known by the settlement that was made from it. A register is a
day's own; it is worked out for its day, and no longer matches once what was open that day is known otherwise.
"""

import re
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.documents.codes import check_code
from services.documents.settlement_papers import register_code, summary_code
from services.kit.clock import BUSINESS_ZONE
from services.kit.i18n import lazy
from services.regions.tables import Region
from services.settlement.summary import summary_for
from services.settlement.tables import Settlement, SettlementPart
from services.settlement.unsettled import register_for

_NUMBER: Final = re.compile(r"(HZ|WJ)-([0-9]{6})-([0-9]{4})([0-9]{4})?")


class Known(NamedTuple):
    """What a paper with a matching code is: its title (a message id), its period, whether it is overtaken."""

    title: str
    period: str
    outdated: bool


async def known_paper(session: AsyncSession, number: str, wanted: str) -> Known | None:
    """Find a summary or register by its number and its check code without hyphens."""
    found = _NUMBER.fullmatch(number)
    if found is None or (found[1] == "WJ") != (found[4] is not None):
        return None
    rows = await session.execute(select(col(Region.city)).where(col(Region.code) == found[2]))
    for city in rows.scalars().all():
        county = None if found[2] == city else found[2]
        if found[1] == "HZ":
            known = await _summary(session, city, county, int(found[3]), wanted)
        else:
            known = await _register(session, city, county, found[3] + found[4], wanted)
        if known is not None:
            return known
    return None


async def _summary(
    session: AsyncSession, city: str, county: str | None, year: int, wanted: str
) -> Known | None:
    title = lazy("结算汇总表")
    if _plain(summary_code(await summary_for(session, city, year, county))) == wanted:
        return Known(title, str(year), outdated=False)
    query = (
        select(col(Settlement.body) if county is None else col(SettlementPart.body))
        .select_from(Settlement)
        .join(
            SettlementPart,
            (col(SettlementPart.city) == col(Settlement.city))
            & (col(SettlementPart.settlement) == col(Settlement.id)),
        )
        .where(col(Settlement.city) == city, col(Settlement.year) == year)
    )
    if county is not None:
        query = query.where(col(SettlementPart.county) == county)
    for body in (await session.execute(query)).scalars():
        if _plain(check_code(body["summary_sha256"])) == wanted:
            return Known(title, str(year), outdated=True)
    return None


async def _register(
    session: AsyncSession, city: str, county: str | None, day: str, wanted: str
) -> Known | None:
    try:
        on: date = datetime.strptime(day, "%Y%m%d").replace(tzinfo=BUSINESS_ZONE).date()
    except ValueError:
        return None
    if _plain(register_code(await register_for(session, city, on, county), on)) == wanted:
        return Known(lazy("未结清册"), on.isoformat(), outdated=False)
    return None


def _plain(code: str) -> str:
    return code.replace("-", "")
