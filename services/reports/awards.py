"""用地指标奖励: the best counties of a year's frozen assessment are given more land quota, by two people."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.statistics.ranks import places
from auth.principal import Principal
from auth.reports import can_award_quota, can_confirm_award, can_read_reports, reports_whole_city
from services.kit.errors import SamePerson, Stale
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.regions.repo import load_region, unit_names
from services.regions.settings import CitySettings, settings_on
from services.reports import repo
from services.reports.errors import AwardClosed, AwardStands, NoSuchAward, ReportNotForYou, YearNotFrozen
from services.reports.reading import content_of
from services.reports.schemas import AwardLineView, AwardView
from services.reports.tables import QuotaAward, QuotaAwardLine
from services.reports.words import AwardState


class Step(StrEnum):
    """How an award ends."""

    confirm = "confirm"
    withdraw = "withdraw"


ENDS: Final = {Step.confirm: AwardState.confirmed, Step.withdraw: AwardState.withdrawn}


def awarded(settings: CitySettings) -> tuple[int, int, int]:
    """Return the land quota of the first three places, in hundredths of a mu."""
    return (
        settings.quota_award_first_mu,
        settings.quota_award_second_mu,
        settings.quota_award_third_mu,
    )


async def find(session: AsyncSession, principal: Principal, year: int, *, hold: bool = False) -> QuotaAward:
    """Return the year's award that is not withdrawn, held for this transaction where asked.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchAward: there is none, or none yet confirmed that a county may know of.
    """
    if not can_read_reports(principal):
        raise ReportNotForYou
    query = select(QuotaAward).where(
        col(QuotaAward.city) == principal.city,
        col(QuotaAward.year) == year,
        col(QuotaAward.state) != AwardState.withdrawn,
    )
    found: QuotaAward | None = (
        await session.scalars(query.with_for_update() if hold else query)
    ).one_or_none()
    if found is None or not (reports_whole_city(principal) or found.state is AwardState.confirmed):
        raise NoSuchAward
    return found


async def draw_up(session: AsyncSession, principal: Principal, year: int, today: date) -> QuotaAward:
    """Draw up a year's award from the places of its frozen assessment; equal scores share a place.

    Raises:
        ReportNotForYou: the person is not of the city's office.
        YearNotFrozen: the year's assessment is not frozen.
        AwardStands: the year has an award.
    """
    if not can_award_quota(principal):
        raise ReportNotForYou
    city = principal.city
    kept = await repo.frozen(session, city, str(year))
    if kept is None:
        raise YearNotFrozen
    try:
        await find(session, principal, year)
    except NoSuchAward:
        pass
    else:
        raise AwardStands
    scores = {
        one.region: (one.value, 1)
        for one in content_of(kept).figures
        if one.code == "score.amount" and one.region is not None
    }
    amounts = awarded(await settings_on(session, city, today))
    made = QuotaAward(
        id=uuid7(),
        city=city,
        year=year,
        report=kept.id,
        state=AwardState.drawn_up,
        revision=1,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
        confirmed_name="",
    )
    session.add(made)
    await session.flush()
    for region, place in sorted(places(scores).items()):
        if place is not None and place <= len(amounts) and amounts[place - 1]:
            mu = amounts[place - 1]
            session.add(QuotaAwardLine(city=city, award=made.id, region=region, place=place, mu=mu))
    await session.flush()
    await _record(session, principal, made, "reports.award_drawn_up")
    return made


async def settle(
    session: AsyncSession, principal: Principal, year: int, step: Step, today: date, seen: int
) -> QuotaAward:
    """Confirm an award that another drew up, which raises the quotas; or withdraw it.

    Raises:
        ReportNotForYou: the person is not of the city's office.
        NoSuchAward: the year has none.
        Stale: somebody else changed it first.
        AwardClosed: it is confirmed.
        SamePerson: who drew it up cannot confirm it.
    """
    if not can_award_quota(principal):
        raise ReportNotForYou
    found = await find(session, principal, year, hold=True)
    if found.revision != seen:
        raise Stale
    if found.state is not AwardState.drawn_up:
        raise AwardClosed
    if step is Step.confirm:
        if not can_confirm_award(principal, found.made_by):
            raise SamePerson
        found.confirmed_by, found.confirmed_name = principal.account, principal.name
        found.confirmed_on = today
    found.state, found.revision = ENDS[step], found.revision + 1
    await session.flush()
    if step is Step.confirm:
        for line in await lines(session, found):
            await _raise_quota(session, principal, line)
    await _record(session, principal, found, f"reports.award_{found.state.value}")
    return found


async def _raise_quota(session: AsyncSession, principal: Principal, line: QuotaAwardLine) -> None:
    region = await load_region(session, principal.city, line.region)
    if region is None or region.land_quota_mu is None:
        return  # the city's own parks are bound by no quota
    before = region.land_quota_mu
    region.land_quota_mu = before + line.mu
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="regions.land_quota_awarded",
        entity="region",
        entity_id=line.region,
        before={"land_quota_mu": before},
        after={"land_quota_mu": region.land_quota_mu, "award": str(line.award), "place": line.place},
    )


async def lines(session: AsyncSession, award: QuotaAward) -> Sequence[QuotaAwardLine]:
    """Return an award's lines, the first place first."""
    query = (
        select(QuotaAwardLine)
        .where(col(QuotaAwardLine.city) == award.city, col(QuotaAwardLine.award) == award.id)
        .order_by(col(QuotaAwardLine.place), col(QuotaAwardLine.region))
    )
    return (await session.scalars(query)).all()


async def view(session: AsyncSession, principal: Principal, award: QuotaAward) -> AwardView:
    """Show an award; a county that does not see the table of places reads its own line alone."""
    names = await unit_names(session, award.city)
    settings = await settings_on(session, award.city, award.made_on)
    whole = reports_whole_city(principal) or settings.league_table_public
    return AwardView(
        year=award.year,
        state=award.state,
        revision=award.revision,
        made_by=award.made_name,
        made_on=award.made_on,
        confirmed_by=award.confirmed_name or None,
        confirmed_on=award.confirmed_on,
        lines=[
            AwardLineView(place=line.place, region=line.region, region_name=names[line.region], mu=line.mu)
            for line in await lines(session, award)
            if whole or line.region == principal.county
        ],
        may_confirm=award.state is AwardState.drawn_up and can_confirm_award(principal, award.made_by),
        may_withdraw=award.state is AwardState.drawn_up and can_award_quota(principal),
    )


async def _record(session: AsyncSession, principal: Principal, award: QuotaAward, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="quota_award",
        entity_id=award.id,
        after={"year": award.year, "state": award.state.value},
    )
