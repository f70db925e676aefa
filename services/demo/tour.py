"""What to look at besides the demo's story: links that show a capability at once, and who may open them."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.figures import percent
from allocation.lifecycle import State
from services.demo.figures import FEN_A_WAN
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.i18n import Locale, lazy
from services.projects.tables import Project
from services.regions.settings import settings_on
from services.sharing.estimate import estimate_lead
from services.sharing.estimate_schemas import EstimateForm

OFFICE: Final = "office-1"
"""The account of the demo's city office."""

FINANCE: Final = "finance-1"
"""One of the accounts of the demo's city finance."""

AUDITOR: Final = "auditor"
"""The account of the demo's auditor."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One link: what it shows, its path, and the account that it is meant for."""

    words: str
    path: str
    login: str


async def lead_in_talks(session: AsyncSession, city: str) -> Project | None:
    """Return a lead that a county talks with and may pass on: of the first county, that of most tax."""
    return await session.scalar(
        select(Project)
        .where(col(Project.city) == city, col(Project.state) == State.accepted, col(Project.origin) != city)
        .order_by(col(Project.origin), col(Project.tax_fen).desc(), col(Project.code))
        .limit(1)
    )


async def tell_estimate(session: AsyncSession, city: str, step: Step, locale: Locale) -> None:
    """Say on a step's line what passing that lead on would bring its county: credit first, then money."""
    lead = await lead_in_talks(session, city)
    if lead is None:
        return
    settings = await settings_on(session, city, await Clock().today(session, city))
    deal = EstimateForm(
        origin=lead.origin, ratio_bp=settings.estimate_ratio_bp, years=settings.estimate_years
    )
    told = await estimate_lead(session, city, lead, deal, locale)
    step.note(
        lazy("{lead}：今年考核计入固定资产投资 {credit} 万元，五年分得税收 {money} 万元"),
        lead=lead.name,
        credit=_whole_wan(told.ways[0].credit[0].this_year_fen),
        money="—".join(dict.fromkeys((_whole_wan(told.low_fen), _whole_wan(told.high_fen)))),
    )


def _whole_wan(fen: int) -> str:
    """Write money in whole 万元, half up."""
    return f"{(fen + FEN_A_WAN // 2) // FEN_A_WAN:,}"


async def stops(session: AsyncSession, city: str) -> list[Stop]:
    """List the links; the transfer step stands among them while a county still talks with a lead."""
    found = [
        Stop(lazy("各地已公布的分享规则，带条款和算例"), "/packs", OFFICE),
        Stop(lazy("分享建议：三县合办园区怎样分，算例已填好"), "/advice?form=values&example=1", OFFICE),
        Stop(lazy("分享建议：可分的不够时怎样分"), "/advice?example=1", OFFICE),
        Stop(lazy("年终结算汇总、轧差和拨款"), "/settlements", FINANCE),
        Stop(lazy("双方对账和差异账龄"), "/reconciliation", FINANCE),
        Stop(lazy("考核计入和指标认定表"), "/credits", OFFICE),
        Stop(lazy("审批台：退回、加签、代理、批量"), "/approvals", OFFICE),
        Stop(lazy("首谈争议、到期保护和裁定先例"), "/first-talk", OFFICE),
        Stop(lazy("重复线索和换名重报预警"), "/duplicates?state=all", OFFICE),
        Stop(lazy("谁超期，谁囤积"), "/overdue", OFFICE),
        Stop(lazy("审计检查清单"), "/audit", AUDITOR),
        Stop(lazy("封存记录、会签和证据包"), "/evidence", AUDITOR),
    ]
    lead = await lead_in_talks(session, city)
    if lead is not None:
        settings = await settings_on(session, city, await Clock().today(session, city))
        terms = {
            "floor_ratio_bp": percent(settings.estimate_ratio_bp).rstrip("%"),
            "floor_years": str(settings.estimate_years),
        }
        path = f"/projects/{lead.public_id}/transfer?{urlencode(terms)}"
        found.append(Stop(lazy("申请流转前估算收益：今年考核和五年税收"), path, f"{lead.origin}-officer"))
    return found
