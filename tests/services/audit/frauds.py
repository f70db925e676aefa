"""A made-up city with known frauds among many innocent rows: what each question must find, and nothing else.

Everything is drawn from a seed. Beside each fraud stand look-alikes that are none: firms of a family that
differ by a number, two projects of one firm in one county and year, land that was started upon, incentives
after the first tax.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.audit.words import Check
from services.ledger.imports import write_incentives, write_receipts
from services.ledger.inputs import IncentiveInput, ReceiptInput
from services.projects.identity import name_key
from services.projects.imports import write_companies, write_projects
from services.projects.inputs import CompanyInput
from tests.services.audit import fraud_papers
from tests.services.ledger import factories
from tests.services.ledger.factories import CITY, SYSTEM, TODAY

WORDS = "宏远金泰华盛恒瑞博雅天成瑞丰中科海川明德安和永兴嘉禾凯旋新锐蓝图启航鼎力"
TRADES = ("新材料", "生物医药", "装备制造", "食品加工", "电子信息", "光伏科技", "环保设备", "现代物流")
INNOCENT = 150


@dataclass
class Planted:
    """What was planted: the projects (by their codes) or other subjects that each question must name."""

    subjects: dict[Check, set[str]] = field(default_factory=lambda: defaultdict(set))
    names: set[str] = field(default_factory=set)
    count: int = 0


def credit_code(number: int) -> str:
    return f"91610000MA{number:08d}"


def fresh_name(rng: random.Random, planted: Planted) -> str:
    """A firm's name that differs from every other one by more than one character."""
    while True:
        core = "".join(rng.sample(WORDS, 4)) + rng.choice(TRADES)
        near = any(len(core) == len(old) and sum(map(str.__ne__, core, old)) < 3 for old in planted.names)
        if not near:
            planted.names.add(core)
            return f"商洛{core}有限公司"


async def project(session: AsyncSession, planted: Planted, name: str, county: str, **facts: object) -> str:
    """One signed project, started upon unless told otherwise."""
    planted.count += 1
    code = f"6110-2026-9{planted.count:03d}"
    made = factories.project_input(code, county, name)
    await write_projects(session, SYSTEM, [made])
    values = {
        "host_county": county,
        "name_key": name_key(name),
        "investor_credit_code": credit_code(planted.count),
        "signed_on": date(2025, 3, 1),
        "started_on": date(2025, 6, 1),
        **facts,
    }
    sets = ", ".join(f"{column} = :{column}" for column in values)
    await session.execute(text(f"UPDATE project SET {sets} WHERE code = :code"), values | {"code": code})
    return code


async def repeated(session: AsyncSession, rng: random.Random, planted: Planted, counties: list[str]) -> None:
    """Signed twice: by code in two counties, by a typing error, by the same name in two years."""
    found = planted.subjects[Check.repeated_signing]
    one, two = rng.sample(counties, 2)
    for place in range(2):
        shared = {"investor_credit_code": credit_code(9_000_000 + place)}
        pair = [
            await project(session, planted, fresh_name(rng, planted), county, **shared)
            for county in (one, two)
        ]
        found.add("+".join(pair))
    for place in range(3):
        name = fresh_name(rng, planted)
        wrong = name[:3] + "鑫" + name[4:] if place else name + "责任"
        wrong = wrong.replace("有限公司责任", "有限责任公司")
        first = await project(session, planted, name, one)
        found.add("+".join([first, await project(session, planted, wrong, two)]))
    name = fresh_name(rng, planted)
    first = await project(session, planted, name, one)
    found.add("+".join([first, await project(session, planted, name, one, signed_on=date(2026, 3, 1))]))
    # None of these: a family of firms, and two projects of one firm in one county and year.
    await project(session, planted, "商洛第一宏业建筑安装有限公司", one)
    await project(session, planted, "商洛第二宏业建筑安装有限公司", two)
    name = fresh_name(rng, planted)
    for _ in range(2):
        await project(session, planted, name, one, investor_credit_code=credit_code(9_100_000))


async def idle(session: AsyncSession, rng: random.Random, planted: Planted, counties: list[str]) -> None:
    """Land held without a start; and land without a start that is not yet late, or not needed."""
    for place in range(4):
        signed = TODAY - timedelta(days=400 + 200 * place)
        code = await project(
            session,
            planted,
            fresh_name(rng, planted),
            rng.choice(counties),
            land_mu=5_000,
            signed_on=signed,
            started_on=None,
        )
        planted.subjects[Check.idle_land].add(code)
    for facts in (
        {"land_mu": 5_000, "signed_on": TODAY - timedelta(days=300), "started_on": None},
        {"land_mu": 0, "signed_on": TODAY - timedelta(days=900), "started_on": None},
        {"land_mu": 5_000, "signed_on": TODAY - timedelta(days=900)},
    ):
        await project(session, planted, fresh_name(rng, planted), rng.choice(counties), **facts)


async def incentives(
    session: AsyncSession, rng: random.Random, planted: Planted, counties: list[str]
) -> None:
    """Given before the first tax, above the year's retained tax, without a document; and given rightly."""
    stories = {
        "before": (None, date(2026, 5, 1), 1_000_00, "商政发〔2026〕9001号"),
        "before too": (date(2026, 8, 1), date(2026, 5, 1), 1_000_00, "商政发〔2026〕9002号"),
        "above": (date(2026, 2, 1), date(2026, 5, 1), 90_000_00, "商政发〔2026〕9003号"),
        "without": (date(2026, 2, 1), date(2026, 5, 1), 1_000_00, " "),
        "right": (date(2026, 2, 1), date(2026, 5, 1), 1_000_00, "商政发〔2026〕9005号"),
        "right at once": (date(2026, 5, 1), date(2026, 5, 1), 50_000_00, "商政发〔2026〕9006号"),
    }
    for place, (kind, (taxed, given, fen, document)) in enumerate(stories.items()):
        county, firm = rng.choice(counties), credit_code(8_000_000 + place)
        name = fresh_name(rng, planted)
        code = await project(session, planted, name, county)
        await write_companies(
            session,
            SYSTEM,
            [
                CompanyInput(
                    project=code, credit_code=firm, name=name, registered_in=county, registered_on=given
                )
            ],
        )
        if taxed:
            await write_receipts(session, SYSTEM, [receipt(f"9{place:017d}", taxed, county, firm, name)])
        one = IncentiveInput(
            credit_code=firm, county=county, document_no=document, amount_fen=fen, paid_on=given
        )
        await write_incentives(session, SYSTEM, [one])
        if not kind.startswith("right"):
            planted.subjects[Check.early_incentive].add(code)


def receipt(ticket: str, paid_on: date, county: str, firm: str, name: str) -> ReceiptInput:
    """10 万元 of VAT, half of it the county's."""
    return ReceiptInput(
        ticket=ticket,
        tax_period=f"{paid_on.year}-{paid_on.month:02}",
        paid_on=paid_on,
        treasury=county,
        credit_code=firm,
        taxpayer=name,
        tax="vat",
        subject="10101",
        kind="normal",
        amount_fen=10_000_000,
        central_fen=5_000_000,
        province_fen=0,
        city_fen=0,
        county_fen=5_000_000,
    )


def county_codes() -> list[str]:
    return sorted(row["行政区划代码"] for row in factories.read("县区") if row["行政区划代码"] != CITY)


async def plant(session: AsyncSession, seed: int) -> Planted:
    """Plant every fraud into a city whose year 2025 is issued; return what must be found."""
    rng, planted = random.Random(seed), Planted()
    counties = county_codes()
    # Rows that no service would write are written past the guards, as whoever hides something would.
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    for _ in range(INNOCENT):
        await project(
            session,
            planted,
            fresh_name(rng, planted),
            rng.choice(counties),
            signed_on=date(2025, 1, 1) + timedelta(days=rng.randrange(600)),
        )
    await repeated(session, rng, planted, counties)
    await idle(session, rng, planted, counties)
    await incentives(session, rng, planted, counties)
    made = [await project(session, planted, fresh_name(rng, planted), rng.choice(counties)) for _ in range(7)]
    await fraud_papers.overrides(session, planted.subjects[Check.override_without_minutes], made[:4])
    await fraud_papers.hands(session, planted.subjects[Check.two_hands], made[4:])
    await fraud_papers.papers(session, planted.subjects)
    await fraud_papers.money(session, planted.subjects, counties)
    await session.execute(text("SET LOCAL session_replication_role = origin"))
    return planted
