"""What stands beside projects: money equals the books, funds and targets the files, alarms and losses."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO
from json import dumps
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.console.reports_view import chosen_league, league_choices, league_of, sections
from services.kit.i18n import Locale
from services.ledger.drafting import compute_month
from services.reports import service
from services.reports.schemas import Unit
from services.reports.sheets import workbook
from tests.services.accounts.factories import principal
from tests.services.reports.test_example import CITY, LEADS, person

FILES = LEADS.parent
OFFICE = person(Role.city_office)
FEN = 1_000_000
TODAY = date(2027, 1, 15)


def table(name: str) -> list[dict[str, str]]:
    with (FILES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fen(wan: str) -> int:
    return int(Decimal(wan) * FEN)


def hosts() -> dict[str, str]:
    """Who has each project: who its agreement says, else who brought it."""
    found = {row["登记编号"]: row["首谈单位"] for row in table("项目线索")}
    return found | {row["登记编号"]: row["落地地"] for row in table("协议")}


async def test_funds_are_those_of_the_file(reading: AsyncSession) -> None:
    report = await service.month_report(reading, OFFICE, "2026-12")
    paid = [row for row in table("到位资金") if row["单位"] == "万元"]
    for window, first, last in (
        ("now", "2026-12", "2026-12"),
        ("ytd", "2026-01", "2026-12"),
        ("before", "2026-11", "2026-11"),
        ("year_ago", "2025-12", "2025-12"),
    ):
        wanted = sum(fen(row["金额"]) for row in paid if first <= row["月份"] <= last)
        assert report.figure(f"funds.{window}.amount").value == wanted, window
    signed = {
        row["登记编号"]: fen(row["总投资(万元)"])
        for row in table("项目线索")
        if row["签约日期"][:4] == "2026"
    }
    rate = report.figure("funds_rate.amount").rate
    assert rate is not None
    by_project = [fen(row["金额"]) for row in paid if row["登记编号"] in signed and row["月份"][:4] == "2026"]
    assert (rate.numerator, rate.denominator) == (sum(by_project), sum(signed.values()))


async def test_targets_and_their_progress_are_those_of_the_files(reading: AsyncSession) -> None:
    report = await service.month_report(reading, OFFICE, "2026-12")
    host = hosts()
    signed = [row for row in table("项目线索") if row["签约日期"][:4] == "2026"]
    for goal in table("考核目标"):
        county, said = goal["单位"], goal["指标"]
        if said not in {"新签约亿元以上项目", "新签约10亿元以上项目"}:
            continue
        least = 10_000 if said == "新签约亿元以上项目" else 100_000
        code = "signed_100m" if least == 10_000 else "signed_1bn"
        mine = [
            row for row in signed if host[row["登记编号"]] == county and Decimal(row["总投资(万元)"]) >= least
        ]
        figure = report.figure(f"goal_{code}.count", county)
        assert figure.rate is not None
        assert (figure.rate.numerator, figure.rate.denominator) == (len(mine), int(goal["目标值"]))
        assert figure.below_floor is (len(mine) < int(goal["目标值"]))


@pytest.mark.parametrize("locale", ["zh", "en"])
async def test_no_two_figures_that_compare_counties_read_the_same(
    reading: AsyncSession, locale: Locale
) -> None:
    report = await service.month_report(reading, OFFICE, "2026-12", locale=locale)
    choices = league_choices(report, locale)
    assert len({said for _, said in choices}) == len(choices) > 10
    assert {"funds.ytd.amount", "goal_funds.amount"} <= {code for code, _ in choices}
    for chosen, said in choices:
        league = chosen_league(report, chosen)
        assert league is not None
        assert league_of(league, locale).frame.title == said


async def test_what_is_in_per_cent_of_a_target_is_named_so(reading: AsyncSession) -> None:
    report = await service.month_report(reading, OFFICE, "2026-12")
    goals = next(one for one in report.sections if one.code == "goals").figures
    assert {"到位资金目标完成率", "新签约亿元以上项目目标完成率"} <= {one.name for one in goals}
    assert all(one.unit is Unit.rate and one.name.endswith("目标完成率") for one in goals)
    assert report.figure("funds.ytd.amount").name == "到位资金"
    english = await service.month_report(reading, OFFICE, "2026-12", locale="en")
    assert english.figure("goal_funds.amount", "611022").name == "Target reached: paid-in funds"


async def test_days_and_points_are_neither_counted_nor_money(reading: AsyncSession) -> None:
    report = await service.month_report(reading, OFFICE, "2026-12")
    lines = {line.name: line.kind for part in sections(report, "zh") for line in part.lines}
    assert lines["裁定平均用时"] == ""
    year = await service.month_report(reading, OFFICE, "2026")
    assert dict(league_choices(year, "zh"))["score.amount"] == "考核得分"
    assert lines["资金到位率"] == "按金额"
    sheet = load_workbook(BytesIO(workbook(report, "zh")))["指标"]
    kinds = {row[1]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert not kinds["裁定平均用时"]
    assert kinds["资金到位率"] == "按金额"


LEGS = """
SELECT l.county, sum(l.amount_fen)::bigint
FROM journal AS j JOIN leg AS l ON l.city = j.city AND l.journal = j.id
JOIN ledger_account AS a ON a.city = l.city AND a.id = l.account
WHERE j.city = :city AND j.period = '2025-12' AND a.kind = :kind GROUP BY l.county
"""


async def test_money_shared_equals_the_books(reading: AsyncSession) -> None:
    await compute_month(reading, await principal(reading, Role.city_finance), "2025-12", TODAY)
    report = await service.month_report(reading, OFFICE, "2025-12")
    for code, kind in (("money_received", "due_from"), ("money_given", "due_to")):
        legs = await reading.execute(text(LEGS), {"city": CITY, "kind": kind})
        booked = {county: abs(amount) for county, amount in legs}
        assert sum(booked.values()) == report.figure(f"{code}.now.amount").value != 0
        for county, amount in booked.items():
            own = await service.month_report(reading, person(Role.county_officer, county), "2025-12")
            assert own.figure(f"{code}.now.amount").value == amount
    rows = await service.figure_rows(reading, OFFICE, "2025-12", "money_received.now.amount")
    assert sum(row.amount for row in rows.rows) == rows.figure.value
    assert all((row.link or "").startswith("/agreements/") for row in rows.rows)


async def bare(session: AsyncSession, name: str, **values: Any) -> Any:
    """Store a row of a table with no more in it than matters, past triggers and foreign keys."""
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    columns = await session.execute(
        text(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = :name AND is_nullable = 'NO' AND column_default IS NULL"
        ),
        {"name": name},
    )
    blank: dict[str, Any] = {
        "text": "无",
        "date": "2026-12-05",
        "integer": 1,
        "bigint": 1,
        "jsonb": {},
        "boolean": False,
    }
    row = {one: str(uuid4()) if kind == "uuid" else blank.get(kind) for one, kind in columns}
    row |= {"city": CITY, **values}
    named = ", ".join(row)
    picked = f"SELECT {named} FROM jsonb_populate_record(null::{name}, CAST(:row AS jsonb))"
    await session.execute(text(f"INSERT INTO {name} ({named}) {picked}"), {"row": dumps(row)})
    await session.execute(text("SET LOCAL session_replication_role = origin"))
    return row


async def value(session: AsyncSession, code: str, who: Principal = OFFICE) -> int | None:
    return (await service.month_report(session, who, "2026-12")).figure(code).value


async def test_rivalry_inside_the_city(reading: AsyncSession) -> None:
    for number, (state, admitted, closed) in enumerate(
        [("ruled", "2026-11-20", "2026-12-04"), ("ruled", "2026-12-01", "2026-12-07"), ("filed", None, None)]
    ):
        due = dict.fromkeys(("statements_due", "hearing_due", "ruling_due"), "2026-12-02")
        held = {"holder": "611002", "admitted_on": admitted, "closed_on": closed, **due}
        days: dict[str, str | None] = held if closed else {}
        named = {"seq": number, "number": f"案{number}", "counties": 2}
        await bare(reading, "first_talk_case", state=state, **named, **days)
    report = await service.month_report(reading, OFFICE, "2026-12")
    assert report.figure("conflicts_filed.now.count").value == 3
    assert report.figure("conflicts_ruled.now.count").value == 2
    mean = report.figure("ruling_days.ytd.amount").rate
    assert mean is not None
    assert (mean.numerator, mean.denominator) == (14 + 6, 2)
    rows = await service.figure_rows(reading, OFFICE, "2026-12", "conflicts_ruled.now.count")
    assert [(row.name, row.amount) for row in rows.rows] == [("案0", 14), ("案1", 6)]

    project = (await reading.execute(text("SELECT id::text FROM project ORDER BY code LIMIT 1"))).scalar_one()
    for county, amount, outcome in (
        ("611002", 30, "returned"),
        ("611002", 20, "agreed"),
        ("611021", 50, None),
    ):
        sheet = await bare(reading, "commitment_sheet", county=county, project=project)
        rest: dict[str, Any] = {"kind": "award", "beneficiary": "firm", "source": "budget", "year": 2026}
        await bare(reading, "commitment_item", sheet=sheet["id"], amount_fen=amount, **rest)
        if outcome:
            await bare(reading, "commitment_opinion", sheet=sheet["id"], kind="legal", outcome=outcome)
    assert await value(reading, "promises_asked.now.amount") == 100
    assert await value(reading, "promises_refused.now.amount") == 30
    own = person(Role.county_officer, "611021")
    assert await value(reading, "promises_asked.now.count", own) == 1
    assert await value(reading, "promises_refused.now.count", own) == 0

    for owner in ("611002", "611021"):
        await bare(
            reading, "target_firm", owner=owner, firm_name="远岭储能有限公司", name_key="远岭储能有限公司"
        )
    await bare(
        reading, "target_firm", owner="611022", firm_name="独一无二有限公司", name_key="独一无二有限公司"
    )
    assert await value(reading, "chased.ytd.count") == 1
    firms = await service.figure_rows(reading, OFFICE, "2026-12", "chased.ytd.count")
    assert [(row.name, row.amount, row.link) for row in firms.rows] == [("远岭储能有限公司", 2, "/targets")]
    saved = await service.figure_rows(reading, OFFICE, "2026-12", "saved.ytd.count")
    host, origin = hosts(), {row["登记编号"]: row["首谈单位"] for row in table("项目线索")}
    moved = [
        row["登记编号"]
        for row in table("项目线索")
        if row["签约日期"][:4] == "2026" and host[row["登记编号"]] != origin[row["登记编号"]]
    ]
    assert saved.figure.value == len(saved.rows) == len(moved)


async def test_losses_and_alarms(reading: AsyncSession) -> None:
    leads = list(
        await reading.execute(
            text(
                "SELECT id::text, origin, investment_fen, pooled_on FROM project"
                " WHERE signed_on IS NULL ORDER BY (pooled_on IS NULL) DESC, code"
            )
        )
    )
    unshared, shared = leads[0], leads[-1]
    assert unshared.pooled_on is None
    assert shared.pooled_on is not None
    for lead in (unshared, shared):
        facts = {"reason": "no_land"}
        await bare(
            reading, "project_move", project=lead.id, action="lose", to_state="lost", facts=facts, seq=900
        )
    report = await service.month_report(reading, OFFICE, "2026-12")
    assert report.figure("lost.now.count").value == 2
    assert report.figure("lost.now.amount").value == unshared.investment_fen + shared.investment_fen
    assert report.figure("lost_unshared.now.amount").value == unshared.investment_fen
    own = await service.month_report(reading, person(Role.county_leader, unshared.origin), "2026-12")
    assert own.figure("lost_unshared.now.count").value == 1

    before = {code: await value(reading, code) or 0 for code in ("repeated.ytd.count", "idle_land.count")}
    await reading.execute(text("SET LOCAL session_replication_role = replica"))
    await reading.execute(
        text(
            "WITH two AS (SELECT id, row_number() OVER (ORDER BY signed_on, code) AS place FROM project"
            " WHERE signed_on BETWEEN '2026-02-01' AND '2026-12-31' AND started_on IS NULL AND land_mu > 0"
            " ORDER BY signed_on, code LIMIT 2)"
            " UPDATE project AS p SET investor_credit_code = '', name_key = '同一家企业', land_mu = 5000,"
            " host_park = NULL, host_county = CASE two.place WHEN 1 THEN '611021' ELSE '611022' END,"
            " signed_on = CASE two.place WHEN 1 THEN date '2025-10-01' ELSE p.signed_on END"
            " FROM two WHERE two.id = p.id"
        )
    )
    await reading.execute(text("SET LOCAL session_replication_role = origin"))
    assert await value(reading, "repeated.ytd.count") == before["repeated.ytd.count"] + 1
    assert await value(reading, "idle_land.count") == before["idle_land.count"] + 1
    idle = await service.figure_rows(reading, OFFICE, "2026-12", "idle_land.count", "611021")
    assert (idle.unit, 5000 in [row.amount for row in idle.rows]) == ("mu", True)
    year = await service.month_report(reading, OFFICE, "2026")
    assert year.figure("repackaged.count").value is not None
    with pytest.raises(KeyError):
        report.figure("repackaged.count")


async def test_a_month_is_compared_in_words_in_both_languages(reading: AsyncSession) -> None:
    chinese = await service.month_report(reading, OFFICE, "2026-12")
    english = await service.month_report(reading, OFFICE, "2026-12", locale="en")
    signed = [chinese.figure(f"signed.{window}.count").value or 0 for window in ("now", "before", "year_ago")]
    said = next(one for one in chinese.sentences if one.startswith("新签约"))
    assert said.startswith(f"新签约{signed[0]}个")
    assert ("比上期多" in said) is (signed[0] > signed[1])
    assert ("比上年同期少" in said) is (signed[0] < signed[2])
    assert len(english.sentences) == len(chinese.sentences)
    assert any("below the floor of 80%" in one for one in english.sentences)
    quarter = await service.month_report(reading, OFFICE, "2026-Q4")
    months = [
        (await service.month_report(reading, OFFICE, f"2026-{month}")).figure("signed.now.amount").value or 0
        for month in (10, 11, 12)
    ]
    assert quarter.figure("signed.now.amount").value == sum(months)
