"""Earlier rulings, without names: searched by words, ground, chain, number of counties and year."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.first_talk import can_read_precedents
from auth.principal import Principal
from services.first_talk.schemas import Precedent, PrecedentPage, PrecedentQuery
from services.first_talk.tables import Case, Ruling, RulingSaid
from services.first_talk.words import RulingCheck

MOST = 100
"""Rulings that one search lists."""


def _in_force(city: str) -> Any:
    """Select the rulings in force with their case and the word that gave them force."""
    return (
        select(Ruling, Case, RulingSaid)
        .join(
            RulingSaid,
            (col(RulingSaid.city) == col(Ruling.city)) & (col(RulingSaid.ruling) == col(Ruling.id)),
        )
        .join(Case, (col(Case.city) == col(Ruling.city)) & (col(Case.id) == col(Ruling.case_id)))
        .where(col(Ruling.city) == city, col(RulingSaid.outcome) == RulingCheck.confirmed)
    )


async def known_numbers(session: AsyncSession, city: str, numbers: Sequence[str]) -> set[str]:
    """Return which of some numbers are those of rulings in force."""
    rows = await session.execute(_in_force(city).where(col(Ruling.number).in_(numbers)))
    return {ruling.number for ruling, _case, _said in rows.all()}


async def search(session: AsyncSession, principal: Principal, asked: PrecedentQuery) -> PrecedentPage:
    """Return the rulings that fit, newest first. Only what is shown is searched: no name can be guessed."""
    if not can_read_precedents(principal):
        return PrecedentPage(items=[])
    query = _in_force(principal.city)
    if asked.q:
        pattern = "%" + asked.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(col(Ruling.masked).ilike(pattern) | col(Ruling.number).ilike(pattern))
    if asked.ground is not None:
        query = query.where(col(Ruling.ground) == asked.ground)
    if asked.chain:
        query = query.where(col(Ruling.chain) == asked.chain)
    if asked.counties is not None:
        query = query.where(col(Ruling.counties) == asked.counties)
    if asked.year is not None:
        query = query.where(col(Ruling.year) == asked.year)
    rows = (
        await session.execute(
            query.order_by(col(RulingSaid.on_date).desc(), col(Ruling.number).desc()).limit(MOST)
        )
    ).all()
    cited = await _cited_by(session, principal.city, [ruling.number for ruling, _case, _said in rows])
    return PrecedentPage(
        items=[
            Precedent(
                number=ruling.number,
                year=ruling.year,
                ground=ruling.ground,
                chain=ruling.chain,
                counties=ruling.counties,
                text=ruling.masked,
                effect=ruling.effect,
                cites=ruling.cites,
                cited_by=cited.get(ruling.number, []),
                days=(said.on_date - case.admitted_on).days,
                ruled_on=said.on_date,
            )
            for ruling, case, said in rows
        ]
    )


async def _cited_by(session: AsyncSession, city: str, numbers: Sequence[str]) -> dict[str, list[str]]:
    rows = await session.execute(
        _in_force(city).where(col(Ruling.cites).op("&&")(cast(list(numbers), ARRAY(Text))))
    )
    found: dict[str, list[str]] = {}
    for ruling, _case, _said in rows.all():
        for number in ruling.cites:
            found.setdefault(number, []).append(ruling.number)
    return {number: sorted(by) for number, by in found.items()}
