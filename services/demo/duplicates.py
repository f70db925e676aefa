"""A duplicate that is warned of: two counties file one firm under two names, and the city takes note."""

from datetime import date, timedelta

from stdnum.cn import uscc

from allocation.lifecycle import Action
from auth.principal import Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.firms import service as firms
from services.firms.schemas import AliasForm
from services.firms.words import NameKind
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.projects import advice, duplicates, service
from services.projects.schemas import DuplicateQuery, MoveForm, ProjectForm
from services.projects.words import FundKind
from services.regions.repo import load_counties

FIRST = "瀚澜衡岳精密仪器有限公司"
SECOND = "翰澜衡岳精密仪器（西安）有限公司"
OLD = "衡岳光学仪器厂"
FEN_PER_WAN = 1_000_000


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Let one county file and be accepted, and another file the firm under a name that sounds the same.

    Returns:
        How many like filings the second county was told of, how alike the likest is (per cent, cut down to
        tens), and how many the city took note of.
    """
    async with database.session() as session:
        counties = [row.code for row in await load_counties(session, crew.city)]
        origin, other = [code for code in counties if crew.all(Role.county_officer, code)][:2]
        today = await Clock().today(session, crew.city)
        first = await service.register(session, crew.officer(origin), _form(origin, FIRST, 1, today))
        await service.move(session, crew.leader(origin), first.id, MoveForm(action=Action.review))
        await service.move(session, crew.office, first.id, MoveForm(action=Action.accept))
        alias = AliasForm(credit_code=_code(1), name=OLD, kind=NameKind.former)
        await firms.record_alias(session, crew.officer(origin), alias)
        query = DuplicateQuery(investor_name=SECOND, investor_credit_code=_code(2))
        told = (await advice.find_duplicates(session, crew.officer(other), query)).items
        later = await service.register(session, crew.officer(other), _form(other, SECOND, 2, today))
        await service.move(session, crew.leader(other), later.id, MoveForm(action=Action.review))
        noted = len((await duplicates.list_warnings(session, crew.office)).items)
        # The county that came second does not press on: the city accepts with a reason, and both are heard.
        reason = "两县区先后接洽同一企业，受理后按首谈规则处理"
        await service.move(session, crew.office, later.id, MoveForm(action=Action.accept, reason=reason))
    step.note(lazy("重复提示 {count} 条，市级注明理由后受理"), count=len(told))
    return {
        "duplicates_told": len(told),
        "duplicate_likeness": max((row.likeness_from for row in told), default=0),
        "duplicates_noted": noted,
    }


def _code(number: int) -> str:
    body = f"91110105MA01DUP{number:02}".replace("U", "Y")
    return body + uscc.calc_check_digit(body)


def _form(county: str, firm: str, number: int, today: date) -> ProjectForm:
    return ProjectForm.model_validate(
        {
            "origin": county,
            "channel": "以商招商",
            "channel_unit": "本地链主企业",
            "filing_reason": "new_build",
            "name": f"{firm[:4]}精密仪器项目",
            "investor_name": firm,
            "investor_credit_code": _code(number),
            "investor_registered": "110105",
            "fund_kind": FundKind.province_outside,
            "industry": "4011",
            "investment_fen": 32_000 * FEN_PER_WAN,
            "fixed_investment_fen": 24_000 * FEN_PER_WAN,
            "land_mu": 6_000,
            "hall_m2": 0,
            "energy_tce": 900,
            "water_td": 40,
            "cod_kg": 120,
            "output_fen": 40_000 * FEN_PER_WAN,
            "tax_fen": 2_100 * FEN_PER_WAN,
            "first_talk_on": today - timedelta(days=30 - 10 * number),
            "land_deadline": today + timedelta(days=240),
        }
    )
