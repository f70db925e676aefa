import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.terms import CreditRule, Method
from services.agreements.errors import BadTerms, OtherParties, UnknownProject
from services.agreements.imports import AgreementInput, existing_agreements, write_agreements
from services.agreements.tables import Agreement
from services.agreements.words import PaperState
from services.kit.known import last_known
from services.ledger.agreed import agreements_as_known
from services.projects import imports as projects
from services.projects.tables import Project
from tests.services.agreements import factories as make
from tests.services.projects import factories as leads
from tests.services.regions import factories as regions

SIGNED = {"stage": "签约", "signed_on": date(2026, 8, 1)}


def signed(number: int) -> projects.ProjectInput:
    """A signed project of Danfeng."""
    return leads.project_input(f"6110-2026-{number:04d}", origin=make.ORIGIN, **SIGNED)


async def stored(session: AsyncSession, *rows: AgreementInput) -> None:
    numbers = range(1, 4)
    await projects.write_projects(session, make.SYSTEM, [signed(number) for number in numbers])
    await write_agreements(session, make.SYSTEM, rows)


async def test_what_is_stored_is_what_was_read(session: AsyncSession):
    rows = [
        make.row(),
        make.row(
            "6110-XY-002",
            "6110-2026-0002",
            method="yearly",
            ratios_bp=(5000, 5000, 4000, 3000, 3000),
            cap_fen=31_000_000,
            credit_rule="split",
        ),
    ]
    await stored(session, *rows)
    assert list((await existing_agreements(session, make.CITY)).values()) == rows
    before = await last_known(session, make.CITY)
    agreements = (await session.scalars(select(Agreement))).all()
    assert {row.state for row in agreements} == {PaperState.in_force}
    assert all(row.imported for row in agreements)
    known = await agreements_as_known(session, make.CITY, before)
    assert [one.code for one in known] == ["6110-XY-001", "6110-XY-002"]
    assert await agreements_as_known(session, make.CITY, before - 1) == []


async def test_the_host_of_an_imported_project_is_its_agreements(session: AsyncSession):
    await stored(session, make.row())
    hosts = await session.execute(
        select(Project.code, Project.host_county).where(Project.code.like("6110-2026-000_"))
    )
    assert dict(list(hosts)) == {
        "6110-2026-0001": make.HOST,
        "6110-2026-0002": make.ORIGIN,
        "6110-2026-0003": make.ORIGIN,
    }


async def test_a_row_that_differs_is_a_new_version_and_equal_ones_are_not(session: AsyncSession):
    rows = [make.row(), make.row("6110-XY-002", "6110-2026-0002")]
    await stored(session, *rows)
    first = await last_known(session, make.CITY)
    changed = replace(rows[0], ratios_bp=(5000,) * 5)
    await write_agreements(session, make.SYSTEM, [changed, rows[1]])
    second = await last_known(session, make.CITY)
    assert second == first + 1
    assert (await existing_agreements(session, make.CITY))["6110-XY-001"] == changed
    then = {one.code: one.versions for one in await agreements_as_known(session, make.CITY, first)}
    now = {one.code: one.versions for one in await agreements_as_known(session, make.CITY, second)}
    assert [one.terms.ratios_bp[0] for one in then["6110-XY-001"]] == [4000]
    assert [one.terms.ratios_bp[0] for one in now["6110-XY-001"]] == [4000, 5000]
    assert now["6110-XY-002"] == then["6110-XY-002"]


async def test_no_rows_take_no_number(session: AsyncSession):
    before = await last_known(session, make.CITY)
    await write_agreements(session, make.SYSTEM, [])
    assert await last_known(session, make.CITY) == before


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"project": "6110-2026-9999"}, UnknownProject),
        ({"host": make.ORIGIN}, BadTerms),
        ({"ratios_bp": (5000, 4000)}, BadTerms),
        ({"cap_fen": 0}, BadTerms),
    ],
)
async def test_rows_that_cannot_be(session: AsyncSession, changes, error):
    with pytest.raises(error):
        await stored(session, make.row(**changes))


async def test_a_stored_agreement_keeps_its_project_and_parties(session: AsyncSession):
    await stored(session, make.row())
    for changes in ({"project": "6110-2026-0002"}, {"host": make.OTHER}):
        with pytest.raises(OtherParties):
            await write_agreements(session, make.SYSTEM, [make.row(**changes)])


async def test_a_draft_of_our_own_is_not_imported_over(session: AsyncSession):
    _, agreement = await make.drafted(session)
    await projects.write_projects(session, make.SYSTEM, [signed(1)])
    project = (await session.scalars(select(Project).where(Project.id == agreement.project))).one()
    with pytest.raises(OtherParties):
        await write_agreements(
            session, make.SYSTEM, [make.row(agreement.code, project.code, ratios_bp=(5000,) * 5)]
        )


def example() -> list[AgreementInput]:
    """The agreements of the example, read by hand."""
    with (leads.EXAMPLES / "协议.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    methods = {method.zh: method.value for method in Method}
    rules = {rule.zh: rule.value for rule in CreditRule}
    found = []
    for row in rows:
        ratios = tuple(int(Decimal(part) * 100) for part in row["首谈地分享比例(%)"].split(";"))
        years = int(row["年限"])
        found.append(
            AgreementInput(
                code=row["协议编号"],
                project=row["登记编号"],
                method=methods[row["分享办法"]],
                origin=row["首谈地"],
                host=row["落地地"],
                ratios_bp=ratios * years if len(ratios) == 1 else ratios,
                years=years,
                cap_fen=int(Decimal(row["累计上限(万元)"]) * 1_000_000) if row["累计上限(万元)"] else None,
                effective_on=date.fromisoformat(row["生效日期"]),
                credit_rule=rules[row["考核指标分算"]],
            )
        )
    return found


async def test_the_example_loads_and_comes_back_unchanged(session: AsyncSession):
    rows = example()
    counties = sorted({code for row in rows for code in (row.origin, row.host)})
    await regions.write_counties(session, make.SYSTEM, [regions.county_input(code) for code in counties])
    wanted = {row.project for row in rows}
    await projects.write_projects(
        session, make.SYSTEM, [row for row in leads.example_projects() if row.code in wanted]
    )
    await write_agreements(session, make.SYSTEM, rows)
    assert list((await existing_agreements(session, make.CITY)).values()) == rows
    assert len(rows) == 24
