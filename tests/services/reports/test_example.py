"""The example's December against a count by hand over its input files."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.tables import uuid7
from services.reports import service
from services.reports.errors import NoSuchReport, ReportNotForYou

CITY = "611000"
LEADS = Path(__file__).parents[3] / "examples" / "shangluo" / "项目线索.csv"
COLUMNS = {
    "signed": "签约日期",
    "contracted": "合同日期",
    "incorporated": "注册日期",
    "ready": "达到开工条件日期",
    "started": "开工日期",
    "produced": "投产日期",
}
RATES = {
    "contract_rate": ("contracted", "signed"),
    "registration_rate": ("incorporated", "contracted"),
    "ready_rate": ("ready", "incorporated"),
    "start_rate": ("started", "signed"),
    "performance_rate": ("incorporated", "signed"),
    "production_rate": ("produced", "signed"),
}


def person(role: Role, office: str = CITY) -> Principal:
    return Principal(account=uuid7(), city=CITY, role=role, office=office, county=office, name="甲")


def by_hand() -> dict[str, tuple[int, int]]:
    """How many projects signed in 2026 had reached each step at its end, and their money in fen."""
    with LEADS.open(encoding="utf-8-sig", newline="") as file:
        signed = [row for row in csv.DictReader(file) if row["签约日期"][:4] == "2026"]
    found = {}
    for step, column in COLUMNS.items():
        there = [row for row in signed if row[column] and row[column] <= "2026-12-31"]
        found[step] = (len(there), sum(int(Decimal(row["总投资(万元)"]) * 1_000_000) for row in there))
    return found


async def test_the_rates_of_december_are_those_counted_by_hand(reading: AsyncSession) -> None:
    report = await service.month_report(reading, person(Role.city_office), "2026-12")
    counted = by_hand()
    assert counted["signed"] == (106, 936_200 * 1_000_000)
    assert counted["contracted"] == (93, 773_700 * 1_000_000)
    for code, (above, below) in RATES.items():
        for place, kind in enumerate(("count", "amount")):
            rate = report.figure(f"{code}.{kind}").rate
            assert rate is not None
            assert (rate.numerator, rate.denominator) == (counted[above][place], counted[below][place]), code
    assert report.preliminary
    start = report.figure("start_rate.count")
    assert start.rate is not None
    assert start.rate.basis_points == 4623
    assert not report.figure("contract_rate.count").below_floor
    assert report.figure("registration_rate.count").below_floor  # 72 of 93 are below 80 %


async def test_counties_add_up_to_the_city(reading: AsyncSession) -> None:
    report = await service.month_report(reading, person(Role.city_office), "2026-12")
    for league in report.leagues:
        whole = report.figure(league.code)
        shown = [line.figure for line in league.lines]
        if whole.rate is None:
            assert sum(one.value or 0 for one in shown) == whole.value
        else:
            assert sum(one.rate.numerator for one in shown if one.rate) == whole.rate.numerator
            assert sum(one.rate.denominator for one in shown if one.rate) == whole.rate.denominator


async def test_a_county_reads_its_own_figures_alone(reading: AsyncSession) -> None:
    report = await service.month_report(reading, person(Role.county_officer, "611022"), "2026-12")
    assert {one.region for section in report.sections for one in section.figures} == {"611022"}
    assert report.leagues == []


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "26", "2027-02", "2028"])
async def test_no_such_period(reading: AsyncSession, period: str) -> None:
    with pytest.raises(NoSuchReport):
        await service.month_report(reading, person(Role.city_office), period)


@pytest.mark.parametrize("role", [Role.administrator, Role.county_finance, Role.park_officer])
async def test_others_read_no_reports(reading: AsyncSession, role: Role) -> None:
    with pytest.raises(ReportNotForYou):
        await service.month_report(reading, person(role, "611022"), "2026-12")
