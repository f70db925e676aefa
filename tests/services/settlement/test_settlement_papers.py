"""Summary, register and orders on paper: figures as the books have them, sums live, codes that verify."""

import csv
import io
import subprocess

import openpyxl
import pytest
from sqlalchemy import text

from services.documents import settlement_files as files
from services.documents.settlement_checks import known_paper
from services.documents.settlement_files import Form
from services.documents.settlement_papers import register_code
from services.documents.verification import verify
from services.settlement import service
from tests.services.ledger import story as year
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.settlement import story
from tests.services.settlement.story import PEOPLE

URL = "https://pool.example"


def words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


async def test_the_summary_has_a_line_up_and_a_line_down_a_county_and_nothing_left_at_the_city(on_closed):
    found = await service.read_summary(on_closed, PEOPLE.maker, 2025)
    statements = await year.live(on_closed, "2025")
    assert found.complete
    assert found.city_net_fen == 0 < found.up_fen
    assert [(line.up_fen, line.down_fen) for line in found.counties] == [
        (one.body["up_fen"], one.body["down_fen"]) for one in statements
    ]
    assert sum(line.fen for line in found.subjects if line.direction == "up") == found.up_fen
    file = await files.summary_file(on_closed, PEOPLE.maker, 2025, TODAY, URL, Form.pdf)
    shown = words(file.content)
    for line in found.counties:
        assert f"{line.up_fen / 100:,.2f}" in shown
    assert "本页小计" in shown
    assert "人民币" in shown
    assert file.name == "HZ-611000-2025-v1.pdf"


async def test_an_unconfirmed_statement_is_listed_and_counts_nothing(on_issued_year):
    statement = (await year.live(on_issued_year, "2025"))[0]
    await year.confirm(on_issued_year, statement)
    found = await service.read_summary(on_issued_year, PEOPLE.maker, 2025)
    assert not found.complete
    assert found.up_fen == statement.body["up_fen"]
    assert {line.county for line in found.subjects} == {statement.county}
    file = await files.summary_file(on_issued_year, PEOPLE.maker, 2025, TODAY, URL, Form.pdf)
    assert "未全部确认" in words(file.content)


async def test_the_summarys_workbook_sums_by_formulas(on_closed):
    file = await files.summary_file(on_closed, PEOPLE.maker, 2025, TODAY, URL, Form.xlsx)
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    page = book.worksheets[1]
    assert page["G2"].value == "=F2-E2"
    assert page.cell(page.max_row, 5).value == f"=SUM(E2:E{page.max_row - 1})"
    values = openpyxl.load_workbook(io.BytesIO(file.content), data_only=True).worksheets[1]
    assert values.cell(values.max_row, 7).value == 0


async def test_the_register_says_what_is_open_and_how_old(on_closed):
    items = await service.register(on_closed, PEOPLE.maker, TODAY)
    file = await files.register_file(on_closed, PEOPLE.maker, TODAY, URL, Form.pdf)
    shown = words(file.content)
    assert items
    assert all(f"{one.open_fen / 100:,.2f}" in shown for one in items)
    assert "上解账龄" in shown
    book = openpyxl.load_workbook(
        io.BytesIO((await files.register_file(on_closed, PEOPLE.maker, TODAY, URL, Form.xlsx)).content)
    )
    assert book.sheetnames == ["未结清册", "未结上解", "未结补助", "上解账龄", "补助账龄"]
    assert book.worksheets[1]["I2"].value == "=G2-H2"
    assert book.worksheets[3]["H2"].value == "=B2+C2+D2+E2+F2+G2"


async def test_codes_on_papers_verify_and_overtaken_ones_say_so(on_closed):
    paper = await files.summary_file(on_closed, PEOPLE.maker, 2025, TODAY, URL, Form.pdf)
    summary = words(paper.content)
    found = await service.read_summary(on_closed, PEOPLE.maker, 2025)
    code = "-".join(found.sha256[:16].upper()[place : place + 4] for place in range(0, 16, 4))
    assert code in summary
    answer = await verify(on_closed, "hz-611000-2025", code)
    assert answer is not None
    assert (answer.title, answer.period, answer.outdated) == ("结算汇总表", "2025", False)
    assert await verify(on_closed, "HZ-611000-2024", code) is None
    county = (await year.live(on_closed, "2025"))[0].county
    own = (await service.read_summary(on_closed, People.county(county), 2025)).sha256[:16].upper()
    assert await known_paper(on_closed, f"HZ-{county}-2025", own) is not None
    made = await service.propose(on_closed, PEOPLE.maker, 2025, TODAY)
    assert made.body["summary_sha256"] == found.sha256
    # As if a later version had taken each statement's place.
    await on_closed.execute(text("ALTER TABLE statement DISABLE TRIGGER statement_content"))
    await on_closed.execute(text("UPDATE statement SET body_sha256 = repeat('0', 64) WHERE kind = 'year'"))
    on_closed.expire_all()
    overtaken = await verify(on_closed, "HZ-611000-2025", code)
    assert overtaken is not None
    assert overtaken.outdated
    known = await known_paper(on_closed, f"HZ-{county}-2025", own)
    assert known is not None
    assert known.outdated
    assert await known_paper(on_closed, f"HZ-{county}-2025", "0" * 16) is None
    for number, wanted in ((f"HZ-{CITY}-2099", own), ("HZ-611000-20250101", own), ("WJ-611000-2025", own)):
        assert await known_paper(on_closed, number, wanted) is None


async def test_a_register_verifies_for_its_day_until_something_of_it_changes(on_closed):
    items = await service.register(on_closed, PEOPLE.maker, TODAY)
    code = register_code(items, TODAY)
    number = f"WJ-{CITY}-{TODAY:%Y%m%d}"
    answer = await verify(on_closed, number, code)
    assert answer is not None
    assert answer.period == TODAY.isoformat()
    assert await verify(on_closed, f"WJ-{CITY}-20271399", code) is None
    await story.settle(on_closed, 2025)
    assert await verify(on_closed, number, code) is None


async def test_orders_as_csv_and_workbook(on_posted):
    made = await story.orders(on_posted)
    file = await files.orders_csv(on_posted, PEOPLE.maker, made[0].settlement)
    assert file.content.startswith("\ufeff".encode())
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["指令编号"] for row in rows] == [one.number for one in made]
    assert [int(row["金额(分)"]) for row in rows] == [one.fen for one in made]
    assert all(row["金额(元)"].replace(".", "").lstrip("0") == row["金额(分)"] for row in rows)
    assert all(row["结算单编号"].startswith("JS-") for row in rows)
    book = openpyxl.load_workbook(
        io.BytesIO((await files.orders_xlsx(on_posted, PEOPLE.maker, made[0].settlement)).content)
    )
    assert [row[7] for row in list(book.active.values)[1:]] == [one.fen for one in made]
    county = made[0].payer if made[0].payee == CITY else made[0].payee
    own = await files.orders_csv(on_posted, People.county(county), made[0].settlement)
    assert len(own.content.decode("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize("form", list(Form))
async def test_a_countys_papers_hold_its_own_rows_alone(on_closed, form):
    counties = [one.county for one in await year.live(on_closed, "2025")]
    finance = People.county(counties[0])
    summary = await files.summary_file(on_closed, finance, 2025, TODAY, URL, form)
    register = await files.register_file(on_closed, finance, TODAY, URL, form)
    assert summary.name.startswith(f"HZ-{counties[0]}-2025")
    assert register.name.startswith(f"WJ-{counties[0]}-")
    assert {one.county for one in await service.register(on_closed, finance, TODAY)} == {counties[0]}
