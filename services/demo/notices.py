"""A chapter on notices: what one opts out of, where nothing may lead, a webhook that fails first."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.notices import channels, jobs
from services.notices.channel_schemas import ChannelChange, ChannelForm
from services.notices.errors import AddressRefused
from services.notices.outgoing import Means
from services.notices.schemas import PreferenceForm
from services.notices.service import set_preference, unread
from services.notices.tables import NoticeDelivery
from services.notices.words import ChannelKind, DeliveryState
from services.projects import imports, service
from services.projects.inputs import ProjectInput
from services.projects.schemas import TransferForm
from services.projects.tables import Project
from services.regions.ground import existing_counties
from services.settings import Settings

INVESTOR: Final = ("听涧精密光学（演示）有限公司", "91330200MA2DEM0H5")
METADATA: Final = "https://169.254.169.254/latest/meta-data"
"""Where a cloud's machines ask for their own keys: the first place that a forged webhook would lead to."""
_WAN: Final = 1_000_000


@dataclass
class _Receiver:
    """A receiver on loopback that is out of order once, and takes all that comes after."""

    port: int = 0
    ids: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            facts = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
            await reader.readexactly(int(facts["content-length"]))
            self.ids.append(facts["webhook-id"])
            status = "503 Service Unavailable" if len(self.ids) == 1 else "204 No Content"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        writer.close()


@asynccontextmanager
async def _receiving() -> AsyncIterator[_Receiver]:
    made = _Receiver()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Tell the chapter on a lead of its own; receipts, statements and placements stay as they are.

    Returns:
        How many addresses were refused, how often the webhook was sent and under how many ids, and how many
        notices the city's office has not read.
    """
    keeper = crew.one(Role.administrator, crew.city)
    settings = Settings(
        database_url=database.url, secret=secrets.token_urlsafe(48), notice_networks="127.0.0.1/32"
    )
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        county = min(code for code in await existing_counties(session, crew.city) if code != crew.city)
        lead = await _lead(session, crew.city, county, today)
        chosen = PreferenceForm(email="office@example.com", digest_hour=8, muted=["projects.start"])
        await set_preference(session, crew.office, chosen, 0)
    await jobs.look(database)
    async with _receiving() as receiver:
        async with database.session() as session:
            refused = await _refused(session, crew, keeper, settings)
            made = await channels.make(
                session, keeper, _form(crew.city, f"http://127.0.0.1:{receiver.port}/in"), settings
            )
            await service.request_transfer(session, crew.officer(county), lead.id, _asked(today))
        await jobs.look(database)
        means = Means.of(settings, Clock())
        await jobs.send(database, means)
        async with database.session() as session:
            await session.execute(
                update(NoticeDelivery)
                .where(
                    col(NoticeDelivery.city) == crew.city,
                    col(NoticeDelivery.channel) == made.id,
                    col(NoticeDelivery.state) == DeliveryState.waiting,
                )
                .values(next_at=func.clock_timestamp())
            )
        await jobs.send(database, means)
    async with database.session() as session:
        stopped = ChannelChange(name=made.name, urgent_only=False, active=False)
        await channels.change(session, keeper, made.id, stopped, made.revision)
        waiting = await unread(session, crew.office)
    step.note(lazy("内部地址拒绝 {n} 个；接收端故障一次，重发后送达"), n=refused)
    return {
        "notice_addresses_refused": refused,
        "notices_sent": len(receiver.ids),
        "notice_ids": len(set(receiver.ids)),
        "notices_unread": waiting,
    }


async def _refused(session: AsyncSession, crew: Crew, keeper: Principal, settings: Settings) -> int:
    try:
        await channels.make(session, keeper, _form(crew.city, METADATA), settings)
    except AddressRefused:
        return 1
    return 0


def _form(office: str, url: str) -> ChannelForm:
    return ChannelForm(office=office, kind=ChannelKind.webhook, name="演示业务系统", url=url)


def _asked(today: date) -> TransferForm:
    return TransferForm.model_validate(
        {
            "reason": "positioning",
            "evidence": "产业定位对照表",
            "investor_consent_on": today,
            "floor_ratio_bp": 4_000,
            "floor_years": 5,
            "upfront_fen": 0,
            "recall_days": 90,
        }
    )


async def _lead(session: AsyncSession, city: str, county: str, today: date) -> Project:
    """File a lead that a county is talking to."""
    name, stem = INVESTOR
    accepted_on = today - timedelta(days=6)
    row = ProjectInput(
        code=f"{city[:4]}-{today.year - 1}-9501",
        channel="县区招商局",
        origin=county,
        name=name.removesuffix("（演示）有限公司") + "项目",
        investor_name=name,
        investor_credit_code=stem + uscc.calc_check_digit(stem),
        investor_registered="330200",
        fund_kind="province_outside",
        industry="4040",
        investment_fen=16_000 * _WAN,
        fixed_investment_fen=12_000 * _WAN,
        land_mu=4_000,
        hall_m2=0,
        energy_tce=1_200,
        water_td=40,
        cod_kg=200,
        output_fen=21_000 * _WAN,
        tax_fen=900 * _WAN,
        registered_on=accepted_on - timedelta(days=2),
        first_talk_on=accepted_on - timedelta(days=9),
        accepted_on=accepted_on,
        land_deadline=today + timedelta(days=240),
        stage="在谈",
    )
    await imports.write_projects(session, Principal.system(city), [row])
    found = await session.scalars(
        select(Project).where(col(Project.city) == city, col(Project.code) == row.code)
    )
    return found.one()
