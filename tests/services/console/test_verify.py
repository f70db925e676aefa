"""Anybody who holds a paper can check it; nobody can guess at others."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from auth.principal import Principal, Role
from services.agreements import views as agreements
from services.agreements.tables import Agreement
from services.documents.codes import check_code
from services.documents.papers import agreement_sheet
from services.kit.database import Database
from services.ledger.drafting import compute_month
from services.ledger.states import StatementState
from services.ledger.tables import Statement
from tests.services.accounts.factories import principal as make_principal
from tests.services.console.city import CITY, TODAY
from tests.services.console.conftest import Site

UNKNOWN = "没有与此编号和校验码相符的文书"
KNOWN = "校验码一致"


async def paper_of_an_agreement(site: Site) -> tuple[str, str]:
    """The number and the check code of the first agreement of the example."""
    database = Database(site.url)
    async with database.session() as session:
        row = (await session.scalars(select(Agreement).order_by(col(Agreement.code)).limit(1))).one()
        paper = await agreements.show_agreement(session, Principal.system(CITY), row.id)
        name = await agreements.city_name(session, CITY)
    await database.close()
    sheet = agreement_sheet(paper, paper.versions[0], city=CITY, city_name=name, public_url="")
    return sheet.number, sheet.check_code


@pytest.mark.parametrize("code", ["", "0" * 16, "x", "0000-0000-0000-0000"])
async def test_a_guessed_code_says_nothing(site: Site, code: str) -> None:
    number, _ = await paper_of_an_agreement(site)
    known, unknown = [await site.get(f"/verify/{name}?code={code}") for name in (number, "6110-XY-999")]
    assert known.status_code == unknown.status_code == 200
    assert UNKNOWN in known.text
    assert known.text.replace(number, "N") == unknown.text.replace("6110-XY-999", "N")


async def test_an_agreement_is_recognised(site: Site) -> None:
    number, code = await paper_of_an_agreement(site)
    for written in (code, code.lower(), code.replace("-", "")):
        answer = await site.get(f"/verify/{number}?code={written}")
        assert KNOWN in answer.text
        assert "利益共享协议" in answer.text
        assert "第 1 版" in answer.text
    changed = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert UNKNOWN in (await site.get(f"/verify/{number}?code={changed}")).text


async def test_a_statement_is_recognised_and_an_old_one_named_so(site: Site) -> None:
    database = Database(site.url)
    async with database.session() as session:
        finance = await make_principal(session, Role.city_finance)
        _, made = await compute_month(session, finance, "2026-03", TODAY)
        paper = made[0]
    address = f"/verify/{paper.number}?code={check_code(paper.body_sha256)}"
    answer = await site.get(address)
    assert KNOWN in answer.text
    assert "2026-03" in answer.text
    assert "测算单" in answer.text
    assert "已被替代或终止" not in answer.text
    async with database.session() as session:
        row = await session.get_one(Statement, {"city": CITY, "id": paper.id})
        row.state = StatementState.superseded
    assert "已被替代或终止" in (await site.get(address)).text
    await database.close()


async def test_the_form_leads_to_the_address_of_the_paper(site: Site) -> None:
    asked = await site.get("/verify?number=NZ-611002-2025&code=%20ab%20")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/verify/NZ-611002-2025?code=ab"


async def test_odd_numbers_are_unknown(site: Site) -> None:
    for number in ("%00", "%F0%9F%98%80", "a" * 300):
        assert UNKNOWN in (await site.get(f"/verify/{number}?code=0123456789abcdef")).text
