"""The example's funds and targets against a count over its input files."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.goals import Actor
from auth.principal import Role
from services.funds import goals, months, views
from services.funds.errors import BadGoal, MonthClosed, NotYourFunds
from services.funds.schemas import GoalForm, RateForm
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.projects.words import FundKind
from tests.services.funds.factories import AUDITOR, CITY_FINANCE, OFFICE, TODAY, WAN
from tests.services.interchange.conftest import loaded_template  # noqa: F401 -- a fixture, found by name
from tests.services.projects.factories import CITY, PARK, SHANGZHOU, principal

EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"
MONTHS = (
    *("1600.19", "1819.49", "2476.10", "4226.45", "4256.53", "5226.66"),
    *("7339.38", "5892.61", "8742.89", "10247.40", "8619.70", "10248.08"),
)
"""万元 paid in by month of 2026, added up by hand in a spreadsheet of the file."""


def fen(amount: str) -> int:
    """万元 in fen."""
    return int(Decimal(amount) * WAN)


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def paid() -> dict[str, int]:
    """Fen paid in by project, from the file."""
    found: dict[str, int] = defaultdict(int)
    for row in rows("到位资金"):
        found[row["登记编号"]] += fen(row["金额"])
    return found


@pytest.fixture(scope="module")
def city_url(server: EmbeddedPostgres, loaded_template: str) -> Iterator[str]:  # noqa: F811 -- the fixture
    """A copy of the example city; each test's changes are undone."""
    server.create_database("funds_figures", template=loaded_template)
    yield server.url("funds_figures")
    server.drop_database("funds_figures")


@pytest.fixture
async def example(city_url: str) -> AsyncIterator[AsyncSession]:
    made = Database(city_url, pool_size=2)
    async with made.session() as session:
        yield session
        await session.rollback()
    await made.close()


async def hosts(session: AsyncSession) -> dict[str, str]:
    """Which county a project of the file counts for."""
    query = text("SELECT code, coalesce(host_county, origin) AS host FROM project WHERE city = :city")
    return {row.code: row.host for row in await session.execute(query, {"city": CITY})}


async def test_a_year_is_the_sum_of_the_file(example: AsyncSession) -> None:
    found = await views.summary(example, OFFICE, 2026, None, None, TODAY)
    assert [line.fen for line in found.months] == [fen(month) for month in MONTHS]
    assert found.months[-1].cumulative_fen == found.total_fen == fen("70695.48") == sum(paid().values())
    assert {line.key: line.fen for line in found.kinds} == {
        FundKind.province_outside: fen("62374.59"),
        FundKind.province_inside: fen("2146.90"),
        FundKind.foreign: fen("6173.99"),
    }
    host = await hosts(example)
    by_host: dict[str, int] = defaultdict(int)
    for code, amount in paid().items():
        by_host[host[code]] += amount
    assert {line.key: line.fen for line in found.counties} == by_host
    assert (found.year_ago_fen, found.unconverted, found.as_of) == (0, 0, date(2026, 12, 31))


async def test_last_year_stands_beside_this_one(example: AsyncSession) -> None:
    found = await views.summary(example, OFFICE, 2027, None, None, TODAY)
    (january,) = found.months
    assert (january.fen, january.year_ago_fen) == (0, fen("1600.19"))
    assert (found.total_fen, found.year_ago_fen) == (0, fen("1600.19"))
    march = await views.summary(example, AUDITOR, 2026, "2026-03", None, TODAY)
    assert (len(march.months), march.total_fen) == (3, fen("5895.78"))
    assert march.as_of == date(2026, 3, 31)


async def test_targets_and_the_paid_in_rate_by_hand(example: AsyncSession) -> None:
    found = await views.summary(example, CITY_FINANCE, 2026, None, None, TODAY)
    agreed = {
        row["登记编号"]: fen(row["总投资(万元)"])
        for row in rows("项目线索")
        if row["签约日期"].startswith("2026")
    }
    these = sum(amount for code, amount in paid().items() if code in agreed)
    assert (found.rate.numerator, found.rate.denominator) == (these, sum(agreed.values()))
    aimed = {row["单位"]: fen(row["目标值"]) for row in rows("考核目标") if row["指标"] == "到位资金"}
    host = await hosts(example)
    reached = sum(amount for code, amount in paid().items() if host[code] in aimed)
    assert found.target is not None
    assert (found.target.numerator, found.target.denominator) == (reached, sum(aimed.values()))
    own = await views.summary(
        example, principal(Role.county_finance, SHANGZHOU), 2026, "2026-12", None, TODAY
    )
    assert own.target is not None
    assert own.target.denominator == aimed[SHANGZHOU]
    assert own.total_fen == sum(amount for code, amount in paid().items() if host[code] == SHANGZHOU)
    assert {line.key for line in own.counties} == {SHANGZHOU}


async def test_a_park_sees_what_it_hosts(example: AsyncSession) -> None:
    found = await views.summary(example, principal(Role.park_officer, PARK), 2026, None, None, TODAY)
    query = text("SELECT code FROM project WHERE city = :city AND host_park = :park")
    here = set((await example.scalars(query, {"city": CITY, "park": PARK})).all())
    assert found.total_fen == sum(amount for code, amount in paid().items() if code in here)
    assert {line.key for line in found.parks} <= {PARK}


async def test_counties_progress_is_a_count_of_the_file(example: AsyncSession) -> None:
    found = await goals.listed(example, OFFICE, 2026, TODAY)
    shown = {(one.unit, one.indicator): one for one in found.items}
    assert len(shown) == len(rows("考核目标"))
    host = await hosts(example)
    leads: dict[str, int] = defaultdict(int)
    large: dict[str, int] = defaultdict(int)
    for row in rows("项目线索"):
        leads[row["首谈单位"]] += row["受理日期"].startswith("2026")
        big = row["签约日期"].startswith("2026") and Decimal(row["总投资(万元)"]) >= 10_000
        large[host[row["登记编号"]]] += big
    counties = {unit for unit, name in shown if name == "有效线索"}
    assert len(counties) == 7
    for county in counties:
        for name, counted in (("有效线索", leads), ("新签约亿元以上项目", large)):
            progress = shown[county, name].progress
            assert progress is not None
            assert progress.numerator == counted[county], (county, name)
        assert shown[county, "主要负责人外出招商"].progress is None
    assert found.new_customers is not None
    assert found.new_customers.denominator == 106
    other = await goals.listed(example, principal(Role.county_officer, SHANGZHOU), 2026, TODAY)
    assert {one.unit for one in other.items} == {SHANGZHOU}
    assert other.new_customers is None


async def test_a_new_version_of_a_target_stands_from_its_day_on(example: AsyncSession) -> None:
    facts = {
        "year": 2026,
        "actor": Actor.county,
        "unit": SHANGZHOU,
        "indicator": "到位资金",
        "value": 8,
        "value_unit": "亿元",
        "effective_from": date(2026, 12, 20),
        "document_no": "商招〔2026〕31号",
        "reason": "年中调整",
    }
    with pytest.raises(NotYourFunds):
        await goals.set_goal(example, CITY_FINANCE, GoalForm.model_validate(facts), TODAY)
    await goals.set_goal(example, OFFICE, GoalForm.model_validate(facts), TODAY)
    again = GoalForm.model_validate(facts | {"value": 9, "effective_from": date(2026, 12, 25)})
    assert (await goals.set_goal(example, OFFICE, again, TODAY)).version == 2

    async def aim(day: date) -> int:
        found = await views.summary(example, OFFICE, 2026, None, SHANGZHOU, day)
        assert found.target is not None
        return found.target.denominator

    assert [await aim(day) for day in (date(2026, 12, 19), date(2026, 12, 20), TODAY)] == [
        fen("70000"),
        8 * 10_000 * WAN,
        9 * 10_000 * WAN,
    ]
    wrong = dict.fromkeys(("unit", "indicator", "value_unit", "document_no"), "")
    for broken, places in (
        (wrong, ["/unit", "/indicator", "/value_unit", "/document_no"]),
        ({"unit": "611099", "value_unit": "条", "effective_from": date(2027, 1, 1)}, None),
    ):
        with pytest.raises(BadGoal) as caught:
            await goals.set_goal(example, OFFICE, GoalForm.model_validate(facts | broken), TODAY)
        told = [place.pointer for place in caught.value.errors]
        assert told == (places or ["/unit", "/value_unit", "/effective_from"])


async def test_a_team_has_a_target_by_its_name(example: AsyncSession) -> None:
    for actor, channel in ((Actor.outpost, "驻外招商局"), (Actor.team, "产业招商工作队")):
        query = text(
            "SELECT channel_unit AS unit, count(*) AS n FROM project WHERE city = :city"
            " AND channel = :channel AND accepted_on BETWEEN '2026-01-01' AND '2026-12-31'"
            " AND state <> 'withdrawn'"
            " AND channel_unit IS NOT NULL GROUP BY channel_unit ORDER BY n DESC, unit LIMIT 1"
        )
        most = (await example.execute(query, {"city": CITY, "channel": channel})).one_or_none()
        unit, n = (most.unit, most.n) if most else ("第一招商工作队", 0)
        form = GoalForm(
            year=2026,
            actor=actor,
            unit=unit,
            indicator="有效线索",
            value=20,
            value_unit="条",
            effective_from=date(2026, 1, 1),
            document_no="商招〔2026〕1号",
            reason="年度任务",
        )
        await goals.set_goal(example, OFFICE, form, TODAY)
        found = await goals.listed(example, OFFICE, 2026, TODAY)
        (one,) = [one for one in found.items if one.actor is actor]
        assert one.progress is not None
        assert (one.unit_name, one.progress.numerator, one.progress.denominator) == (unit, n, 20)


async def test_a_rate_of_a_closed_month_stays(example: AsyncSession) -> None:
    await months.close_month(example, OFFICE, "2026-12", TODAY)
    closed = await months.closes_view(example, CITY)
    assert (closed.open, [one.month for one in closed.items]) == ("2027-01", ["2026-12"])
    rate = RateForm(month="2026-12", rate_e4=70_000, source="外汇交易中心")
    with pytest.raises(MonthClosed):
        await months.set_rate(example, CITY_FINANCE, rate, TODAY)
    found = await views.summary(example, OFFICE, 2026, None, None, TODAY)
    assert all(line.closed for line in found.months)
