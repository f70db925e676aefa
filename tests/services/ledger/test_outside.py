"""A declared party outside the city: the own county's book alone, its own place on the paper, no netting."""

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth.principal import Role
from services.agreements.errors import NoSuchParty, NotYourPaper, PartyKept, UndeclaredParty
from services.agreements.imports import write_agreements
from services.agreements.inputs import AgreementInput
from services.agreements.parties import (
    OutsidePartyIn,
    check_party,
    declare_party,
    is_outside,
    list_parties,
)
from services.agreements.words import Party
from services.documents.render import render_pdf
from services.documents.statements import statement_sheet
from services.ledger import service
from services.ledger.books_export import BookForm
from services.ledger.imports import write_receipts
from services.ledger.outside import all_lines
from services.projects.imports import write_companies, write_projects
from services.projects.inputs import CompanyInput
from tests.services.ledger import factories, story
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, person, read
from tests.services.ledger.judges import judged
from tests.services.ledger.test_books_judged import written

AWAY = "320500"
NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
OFFICE, FINANCE = person(Role.city_office), person(Role.city_finance)


LEGS = text(
    "SELECT a.county, a.kind, a.counterparty, sum(l.amount_fen)::bigint FROM leg l"
    " JOIN ledger_account a ON a.city = l.city AND a.id = l.account GROUP BY 1, 2, 3 ORDER BY 2"
)


def declaration(**changes):
    facts = {
        "code": AWAY,
        "name": "某某市",
        "place": "某省某某市",
        "kind": "government",
        "route": "两地财政按年对账，经双方国库直接划转",
        "account": "协议附件二所列账户",
    }
    return OutsidePartyIn.model_validate(facts | changes)


async def declared(session):
    await declare_party(session, OFFICE, declaration())
    await check_party(session, FINANCE, AWAY, NOW)


async def loaded_with(session, side: Party) -> tuple[dict[str, str], str]:
    """Load the example's first agreement with one side outside the city, its firm and its receipts."""
    await factories.load_ground(session)
    await declared(session)
    payer = min(read("税收入库"), key=lambda one: one["入库日期"])["统一社会信用代码"]
    firm = next(one for one in read("项目公司") if one["统一社会信用代码"] == payer)
    row = dict(next(one for one in read("协议") if one["登记编号"] == firm["登记编号"]))
    treasury = row["落地地"]
    inside = treasury if side is Party.origin else row["首谈地"]
    row["首谈地" if side is Party.origin else "落地地"] = AWAY
    project = factories.project_input(row["登记编号"], inside, firm["名称"] + "项目")
    await write_projects(session, SYSTEM, [project])
    company = CompanyInput(
        project=row["登记编号"],
        credit_code=firm["统一社会信用代码"],
        name=firm["名称"],
        registered_in=inside,
        registered_on=date.fromisoformat(firm["注册日期"]),
    )
    await write_companies(session, SYSTEM, [company])
    await write_agreements(session, SYSTEM, [agreement_of(row)])
    paid = [one for one in factories.receipt_inputs() if one.credit_code == company.credit_code]
    if side is Party.host:
        paid = [replace(one, treasury=AWAY) for one in paid]
    await write_receipts(session, SYSTEM, paid)
    return row, inside


def agreement_of(row: dict[str, str]) -> AgreementInput:
    return AgreementInput(
        code=row["协议编号"],
        project=row["登记编号"],
        method=factories.METHODS[row["分享办法"]],
        origin=row["首谈地"],
        host=row["落地地"],
        ratios_bp=tuple(int(part) * 100 for part in row["首谈地分享比例(%)"].split(";")),
        years=int(row["年限"]),
        effective_on=date.fromisoformat(row["生效日期"]),
    )


def words_of(pdf: bytes, path) -> str:
    path.write_bytes(pdf)
    command = ["pdftotext", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


SIDES = [
    (Party.origin, ["due_to", "share_expense"], "up_fen"),
    (Party.host, ["due_from", "share_income"], "down_fen"),
]


@pytest.mark.parametrize(("side", "kinds", "way"), SIDES)
async def test_only_the_own_county_s_book_is_kept_and_the_paper_names_the_route(
    session, tmp_path, side, kinds, way
):
    _, inside = await loaded_with(session, side)
    await story.compute_year(session, 2025)
    legs = [tuple(leg) for leg in await session.execute(LEGS)]
    assert [(leg[0], leg[1], leg[2]) for leg in legs] == [(inside, kind, AWAY) for kind in kinds]
    assert sum(leg[3] for leg in legs) == 0
    assert legs[0][3] != 0
    assert await service.books_balanced(session, CITY)
    (paper,) = await service.prepare(session, story.PEOPLE.maker, "2025", TODAY)
    assert (paper.county, paper.body["lines"], paper.body["subjects"]) == (inside, [], [])
    assert (paper.body["up_fen"], paper.body["down_fen"], paper.body["net_fen"]) == (0, 0, 0)
    away = paper.body["outside"]
    assert away[way] == abs(legs[0][3]) == sum(line["fen"] for line in away["lines"])
    for number, line in enumerate(all_lines(paper.body), start=1):
        assert line["line"] == number
        assert (line["counterparty"], line["counterparty_name"]) == (AWAY, "某某市")
        assert line["settles"]["route"] == "两地财政按年对账，经双方国库直接划转"
    sheet = statement_sheet(await service.statement_sheet(session, story.PEOPLE.maker, paper.id), "")
    assert all("某某市" in one and one.endswith("直接划转") for one in sheet.outside)
    assert "按约定途径另行结算" in words_of(render_pdf(sheet), tmp_path / "paper.pdf")
    again = await service.prepare(session, story.PEOPLE.maker, "2025", TODAY)
    assert [one.id for one in again] == [paper.id]
    for form in BookForm:
        assert judged(await written(session, tmp_path, form, inside)) == ""


async def test_without_such_a_party_a_paper_says_nothing_of_it(on_issued):
    assert all("outside" not in one.body for one in await story.live(on_issued, "2025"))


async def test_an_undeclared_or_unchecked_party_is_refused(session):
    await factories.load_ground(session)
    row = dict(read("协议")[0]) | {"落地地": AWAY}
    project = factories.project_input(row["登记编号"], row["首谈地"], "某项目")
    await write_projects(session, SYSTEM, [project])
    with pytest.raises(UndeclaredParty):
        await write_agreements(session, SYSTEM, [agreement_of(row)])
    await declare_party(session, OFFICE, declaration())
    with pytest.raises(UndeclaredParty):
        await write_agreements(session, SYSTEM, [agreement_of(row)])
    assert not await is_outside(session, CITY, AWAY)
    await check_party(session, FINANCE, AWAY, NOW)
    assert await is_outside(session, CITY, AWAY)
    with pytest.raises(UndeclaredParty):
        await write_agreements(session, SYSTEM, [agreement_of(row | {"首谈地": "999999"})])
    await write_agreements(session, SYSTEM, [agreement_of(row)])


async def test_who_declares_and_who_checks(session):
    await factories.load_ground(session)
    county = next(one["行政区划代码"] for one in read("县区"))
    for by, error in ((FINANCE, NotYourPaper), (person(Role.county_officer, county), NotYourPaper)):
        with pytest.raises(error):
            await declare_party(session, by, declaration())
    with pytest.raises(PartyKept):
        await declare_party(session, OFFICE, declaration(code=county))
    await declare_party(session, OFFICE, declaration(name="旧名"))
    await declare_party(session, OFFICE, declaration())
    with pytest.raises(NoSuchParty):
        await check_party(session, FINANCE, "320501", NOW)
    with pytest.raises(NotYourPaper):
        await check_party(session, OFFICE, AWAY, NOW)
    await check_party(session, FINANCE, AWAY, NOW)
    for again in (check_party(session, FINANCE, AWAY, NOW), declare_party(session, OFFICE, declaration())):
        with pytest.raises(PartyKept):
            await again
    assert [(one.name, one.checked) for one in (await list_parties(session, OFFICE)).items] == [
        ("某某市", True)
    ]
    assert (await list_parties(session, person(Role.county_finance, county))).items == []


async def test_a_county_sees_the_parties_of_its_own_agreements_without_the_account(session):
    _, inside = await loaded_with(session, Party.host)
    (own,) = (await list_parties(session, person(Role.county_finance, inside))).items
    assert (own.name, own.account) == ("某某市", "")
    (whole,) = (await list_parties(session, FINANCE)).items
    assert whole.account == "协议附件二所列账户"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE outside_party SET route = 'x'",
        "DELETE FROM outside_party",
        "TRUNCATE outside_party",
        "INSERT INTO sharing_party VALUES ('611000', '611021', true)",
        "UPDATE agreement SET outside = NULL",
        "UPDATE agreement SET outside = 'origin'",
    ],
)
async def test_the_database_keeps_what_was_checked(session, attack):
    await loaded_with(session, Party.host)
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text(attack))
