"""A chapter on approvals: a return and 加签, a delegation (甲代乙), and a batch; nothing enters the pool."""

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from allocation.approving import Verb
from auth.principal import Principal, Role
from services.accounts.repo import account_by_id
from services.accounts.seating import take_seat
from services.accounts.seats import principal_for
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.approvals import delegations, service
from services.approvals.schemas import ActForm, DelegationForm
from services.approvals.sheets import Found
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import service as projects
from services.projects.schemas import ProjectForm
from services.regions.tables import Park

WAN: Final = 1_000_000
LENT_DAYS: Final = 3

FIRMS: Final = (
    ("晨曜精密部件项目", "苏州晨曜精密部件有限公司", "91320500MA7XAPR1AL"),
    ("远澜智能装备项目", "无锡远澜智能装备有限公司", "91320200MA7XAPR2B9"),
    ("启岳包装材料项目", "南通启岳包装材料有限公司", "91320600MA7XAPR3C2"),
    ("和沛食品机械项目", "杭州和沛食品机械有限公司", "91330100MA7XAPR4DG"),
)
"""Fictional firms: project, investor, credit code."""


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Tell the chapter on leads of its own; receipts, statements and placements stay as they are.

    Returns:
        How many sheets were agreed to in the batch, how many acts the returned sheet took, and who signed for
        whom.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        county = await _county(session, crew.city)
        refs = [await _registered(session, crew, county, today, *firm) for firm in FIRMS]
    async with database.session() as session:
        acts = await _returned_and_added_to(session, crew, county, refs[0], today)
    async with database.session() as session:
        lent = await _signed_for_another(session, crew, county, refs[1], today)
    async with database.session() as session:
        items = await service.agree_to_all(session, crew.leader(county), refs[2:], "情况属实", today)
    done = sum(item.done for item in items)
    step.note(lazy("退回一件后加签办结；{name}签批一件；批量同意 {count} 件"), name=lent, count=done)
    return {"batch": done, "acts": acts, "signed": lent}


async def _county(session: AsyncSession, city: str) -> str:
    """Return a county of the city: the first that has a park of its own."""
    owners = select(col(Park.owner)).where(col(Park.city) == city, col(Park.owner) != city)
    return str(await session.scalar(owners.order_by(col(Park.owner)).limit(1)))


async def _registered(
    session: AsyncSession, crew: Crew, county: str, today: date, name: str, investor: str, code: str
) -> str:
    """Register a lead and return the address of its sheet."""
    form = ProjectForm.model_validate(
        {
            "origin": county,
            "channel": "以商招商",
            "channel_unit": "本地链主企业",
            "filing_reason": "new_build",
            "name": name,
            "investor_name": investor,
            "investor_credit_code": code,
            "investor_registered": "320500",
            "fund_kind": "province_outside",
            "industry": "3591",
            "investment_fen": 16_000 * WAN,
            "fixed_investment_fen": 12_000 * WAN,
            "land_mu": 600,
            "hall_m2": 0,
            "energy_tce": 120,
            "water_td": 6,
            "cod_kg": 12,
            "output_fen": 20_000 * WAN,
            "tax_fen": 900 * WAN,
            "first_talk_on": today,
            "land_deadline": today.replace(month=12, day=31),
        }
    )
    return f"review-{(await projects.register(session, crew.officer(county), form)).id}"


async def _act(
    session: AsyncSession,
    who: Principal,
    ref: str,
    today: date,
    verb: Verb,
    *,
    reason: str = "",
    person: UUID | None = None,
) -> Found:
    return await service.take(session, who, ref, ActForm(verb=verb, reason=reason, person=person), today)


async def _returned_and_added_to(
    session: AsyncSession, crew: Crew, county: str, ref: str, today: date
) -> int:
    """Return a sheet to its maker; once handed in again, let the city's office sign before the leader."""
    leader, office = crew.leader(county), crew.office
    await _act(session, leader, ref, today, Verb.return_, reason="请补充用地测算依据")
    await _act(session, crew.officer(county), ref, today, Verb.submit)
    await _act(session, leader, ref, today, Verb.add_before, person=office.account)
    await _act(session, office, ref, today, Verb.agree, reason="已与市级规划核对")
    return len((await _act(session, leader, ref, today, Verb.agree)).acts)


async def _signed_for_another(session: AsyncSession, crew: Crew, county: str, ref: str, today: date) -> str:
    """Lend the leader's seat for some days, and sign from it; return how the record names the two."""
    leader, delegate = crew.leader(county), crew.one(Role.county_finance, county)
    form = DelegationForm(
        delegate=delegate.account,
        kinds=["review"],
        from_on=today,
        until_on=today + timedelta(days=LENT_DAYS - 1),
        reason="外出招商",
    )
    lent = await delegations.delegate(session, leader, form, today)
    account = await account_by_id(session, crew.city, delegate.account)
    if account is None:
        raise LookupError(delegate.name)
    now = Clock().now()
    opened = await open_session(session, account, SessionKind.api, now)
    await take_seat(session, opened.principal, None, lent.id, today)
    acting = await principal_for(session, crew.city, account.id, now, sign_in=opened.session)
    if acting is None:
        raise LookupError(delegate.name)
    found = await _act(session, acting, ref, today, Verb.agree, reason="受托代办")
    return found.acts[-1].by_name
