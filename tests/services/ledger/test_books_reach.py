"""Who gets which book: over HTTP, on the page, and by the command."""

import json
import re
import sys

import pytest

from auth.principal import Principal, Role
from services import cli
from services.kit.tables import uuid7
from services.ledger.errors import NoSuchBook
from services.ledger.visibility import book_of
from tests.services.ledger import judges
from tests.services.ledger.factories import CITY

HOST, ORIGIN = "611002", "611024"


def county_lines(text: str) -> set[str]:
    """The counties whose accounts a file names as its own."""
    return {line.split(":")[1] for line in text.splitlines() if line.startswith(("account ", "    Assets:"))}


async def test_a_county_gets_its_own_book_alone(issued_site):
    finance = await issued_site.person(Role.county_finance, HOST)
    for query in ("", f"&county={HOST}"):
        answer = await issued_site.client.get(f"/v1/books?form=hledger{query}", headers=finance)
        assert answer.status_code == 200
        assert county_lines(answer.text) == {HOST}
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-disposition"] == f'attachment; filename="books-{HOST}.journal"'
        assert answer.headers["cache-control"] == "no-store"
    foreign, missing = [
        await issued_site.client.get(f"/v1/books?county={county}", headers=finance)
        for county in (ORIGIN, "611999")
    ]
    for answer in (foreign, missing):
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("no-such-book")
    named = {key: value for key, value in foreign.json().items() if key not in {"instance", "request_id"}}
    assert named.items() <= missing.json().items()


@pytest.mark.parametrize("role", [Role.city_finance, Role.auditor])
async def test_the_citys_eyes_get_each_and_the_whole(issued_site, role):
    person = await issued_site.person(role)
    whole = await issued_site.client.get("/v1/books?form=hledger", headers=person)
    assert {HOST, ORIGIN} < county_lines(whole.text)
    assert whole.headers["content-disposition"] == f'attachment; filename="books-{CITY}-all.journal"'
    one = await issued_site.client.get(f"/v1/books?form=hledger&county={ORIGIN}", headers=person)
    assert county_lines(one.text) == {ORIGIN}
    none = await issued_site.client.get("/v1/books?county=611999", headers=person)
    assert none.status_code == 404
    year = await issued_site.client.get("/v1/books?period=2025Q2", headers=person)
    assert year.text.startswith("option ")
    assert 'period: "2025-06"' in year.text
    assert 'period: "2025-12"' not in year.text


async def test_who_may_not_and_what_is_no_period(issued_site):
    officer = await issued_site.person(Role.county_officer, HOST)
    assert (await issued_site.client.get("/v1/books", headers=officer)).status_code == 403
    finance = await issued_site.person(Role.city_finance)
    for query in ("period=2025-13", "period=0000", "form=csv", "county=x"):
        answer = await issued_site.client.get(f"/v1/books?{query}", headers=finance)
        assert answer.status_code == 422, query


@pytest.mark.parametrize("role", [Role.county_finance, Role.park_officer])
def test_somebody_of_no_county_reads_no_book(role):
    lost = Principal(account=uuid7(), city=CITY, role=role, office="", county=None, name="")
    for county in (None, "", HOST):
        with pytest.raises(NoSuchBook):
            book_of(lost, county)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_gives_the_books(issued_site, language):
    finance = await issued_site.browser(Role.county_finance, HOST, language)
    city = await issued_site.browser(Role.city_finance, CITY, language)
    page = await finance.page("/statements/books")
    assert 'name="county"' not in page
    assert 'name="form" value="beancount"' in page
    assert 'name="county"' in await city.page("/statements/books")
    own = await finance.get("/statements/books/export?form=hledger&period=2025")
    assert own.headers["content-disposition"] == f'attachment; filename="books-{HOST}-2025.journal"'
    assert county_lines(own.text) == {HOST}
    assert (await finance.get(f"/statements/books/export?county={ORIGIN}")).status_code == 404
    whole = await city.get("/statements/books/export?form=beancount&county=&period=")
    assert whole.headers["content-disposition"] == f'attachment; filename="books-{CITY}-all.beancount"'
    wrong = await city.get(f"/statements/books/export?county={ORIGIN}&period=2025-13")
    assert wrong.status_code == 422
    assert 'id="error-period"' in wrong.text
    assert 'value="2025-13"' in wrong.text
    assert re.search(f'value="{ORIGIN}"[^>]* selected', wrong.text)


@pytest.fixture
def command(monkeypatch, issued_url):
    """Run the command on the computed example; returns its exit code."""
    monkeypatch.setenv("DATABASE_URL", issued_url)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["yipanqi", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    return run


def test_the_command_writes_every_book(command, tmp_path, capsys):
    assert command("books", CITY, tmp_path / "out", "--period", "2025", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(said["files"]) == len(files) == 2 * (1 + 8), "the whole, the city's own units, seven counties"
    assert files[0] == f"books-{CITY}-2025.beancount"
    entries = {one["file"].rpartition("/")[2]: one["entries"] for one in said["files"]}
    counties = sum(n for name, n in entries.items() if name.endswith(".journal") and "-all-" not in name)
    assert counties == entries[f"books-{CITY}-all-2025.journal"] > 10
    for form in ("beancount", "journal"):
        assert judges.judged(tmp_path / "out" / f"books-{HOST}-2025.{form}") == ""
    assert command("books", CITY, tmp_path / "more") == 0
    assert f"books-{CITY}-all.beancount：" in capsys.readouterr().out


def test_the_command_says_what_it_cannot_do(command, tmp_path, capsys):
    for arguments, words in (((CITY, "--period", "一月"), "没有这个期间"), (("990000",), "没有这本账")):
        assert command("books", arguments[0], tmp_path / "out", *arguments[1:]) == 1
        assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
