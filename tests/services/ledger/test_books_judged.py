"""The example's books before outside judges: both programs pass them, find the same sums, and see one fen."""

import re

import pytest
from sqlalchemy import text

from allocation.sharing.postings import AccountKind, LegFacts, legs_of_share
from services.ledger import repo, service
from services.ledger.books_export import BookForm, book, book_file
from services.ledger.books_model import PLACES
from services.ledger.errors import NoPeriod, NoSuchBook
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.runs import open_period
from services.ledger.states import JournalKind
from tests.services.ledger import judges
from tests.services.ledger.factories import CITY
from tests.services.ledger.story import PEOPLE

HOST, ORIGIN, NOBODY = "611002", "611024", "611999"
DATED = re.compile(r"^20\d\d-\d\d-\d\d [*b]", re.MULTILINE)
LEG = re.compile(r"^( +[AELI]\S+  )(-?)([0-9]+)\.([0-9]{2}) CNY$", re.MULTILINE)


async def post_into_2026(session) -> None:
    """A share and the reversal of another, so that there is a second year with an opening balance."""
    row = await session.execute(
        text(
            "SELECT j.id, j.agreement, e.origin, e.host FROM journal j"
            " JOIN entitlement_line e ON e.city = j.city AND e.agreement = j.agreement"
            " WHERE e.host = :host ORDER BY j.key, j.id LIMIT 1"
        ),
        {"host": HOST},
    )
    booked, agreement, origin, host = row.one()
    legs = await session.execute(
        text(
            "SELECT a.county, a.kind, a.counterparty, l.amount_fen FROM leg l"
            " JOIN ledger_account a ON a.city = l.city AND a.id = l.account WHERE l.journal = :id"
            " ORDER BY l.seq"
        ),
        {"id": booked},
    )
    await open_period(session, CITY, "2026-03")
    share = JournalEntry(
        key="share/试/2026-03",
        period="2026-03",
        agreement=agreement,
        legs=legs_of_share(origin, host, 123),
        note='试记 "甲"; (乙)',
    )
    back = JournalEntry(
        key="reversal/2026-03",
        period="2026-03",
        agreement=agreement,
        legs=tuple(LegFacts(county, AccountKind(kind), other, -fen) for county, kind, other, fen in legs),
        note="冲回",
        kind=JournalKind.reversal,
        reverses=booked,
    )
    assert await post_batch(session, PEOPLE.maker, [share, back]) == [Outcome.created, Outcome.created]


async def written(session, folder, form, county=None, period=None):
    """The file as it would be saved."""
    file = await book_file(session, CITY, form, county, period)
    (folder / file.name).write_bytes(file.data)
    return folder / file.name


async def in_sql(session, county=None) -> dict[str, int]:
    return {
        f"{PLACES[one.kind][0]}:{one.county}:{PLACES[one.kind][1]}:{one.counterparty} CNY": one.fen
        for one in await service.balances(session, CITY, county)
        if one.fen
    }


BOOKS = [(None, None), (None, "2026"), (HOST, None), (ORIGIN, "2026Q1")]


@pytest.mark.parametrize(("county", "period"), BOOKS)
async def test_both_programs_pass_a_book_and_find_the_databases_sums(on_issued, tmp_path, county, period):
    await post_into_2026(on_issued)
    sums = await in_sql(on_issued, county)
    assert len(sums) > 4
    beans = await written(on_issued, tmp_path, BookForm.beancount, county, period)
    assert judges.judged(beans) == ""
    assert judges.in_fen(judges.beancount_reads(beans)["sums"]) == sums
    journal = await written(on_issued, tmp_path, BookForm.hledger, county, period)
    assert judges.judged(journal) == ""
    assert judges.in_fen(judges.hledger_sums(journal)) == sums


def one_fen_more(found: re.Match[str]) -> str:
    """The leg with a fen more, towards or away from nothing by its sign."""
    start, sign, yuan, cents = found.groups()
    fen = int(yuan + cents) + (-1 if sign else 1)
    return f"{start}{sign}{fen // 100}.{fen % 100:02} CNY"


def one_fen_less(found: re.Match[str]) -> str:
    start, sign, yuan, cents = found.groups()
    fen = int(yuan + cents) + (1 if sign else -1)
    return f"{start}{sign}{fen // 100}.{fen % 100:02} CNY"


def on_one_leg(made: str) -> str:
    """One leg alone: the entry no longer balances."""
    return LEG.sub(one_fen_more, made, count=1)


def on_both_legs(made: str) -> str:
    """Both legs of an entry: it balances, the month's end does not."""
    first = LEG.search(made)
    assert first
    start = first.start()
    second = LEG.search(made, first.end())
    assert second
    return f"{made[:start]}{one_fen_more(first)}\n{one_fen_less(second)}{made[second.end() :]}"


def on_a_balance(made: str) -> str:
    """The last month's end alone."""
    place = made.rfind(" ~ 0 CNY" if " ~ 0" in made else " CNY\n")
    return f"{made[: place - 1]}{(int(made[place - 1]) + 1) % 10}{made[place:]}"


def an_entry_lost(made: str) -> str:
    """A whole entry gone."""
    blocks = made.split("\n\n")
    lost = next(block for block in blocks if "key: " in block)
    return "\n\n".join(block for block in blocks if block is not lost)


def an_entry_twice(made: str) -> str:
    """A whole entry doubled."""
    blocks = made.split("\n\n")
    place = next(number for number, block in enumerate(blocks) if "key: " in block)
    return "\n\n".join([*blocks[: place + 1], *blocks[place:]])


@pytest.mark.parametrize("form", BookForm)
@pytest.mark.parametrize("plant", [on_one_leg, on_both_legs, on_a_balance, an_entry_lost, an_entry_twice])
async def test_one_planted_fen_fails(on_issued, tmp_path, form, plant):
    file = await written(on_issued, tmp_path, form, HOST)
    made = file.read_text("utf-8")
    planted = plant(made)
    assert planted != made
    file.write_text(planted, "utf-8")
    assert judges.judged(file)


def blocks_of(data: bytes) -> list[str]:
    """Entries and month's ends, without the head."""
    blocks = data.decode().strip().split("\n\n")
    return [block for block in blocks if DATED.search(block)]


@pytest.mark.parametrize("form", BookForm)
async def test_what_the_whole_says_of_a_county_is_what_its_own_book_says(on_issued, form):
    await post_into_2026(on_issued)
    for period in (None, "2026"):
        whole = blocks_of((await book_file(on_issued, CITY, form, None, period)).data)
        own = [
            block
            for county in await repo.region_names(on_issued, CITY)
            for block in blocks_of((await book_file(on_issued, CITY, form, county, period)).data)
        ]
        assert sorted(own) == sorted(whole)
        assert len(whole) > 10


@pytest.mark.parametrize("form", BookForm)
async def test_the_same_ledger_gives_the_same_bytes(on_issued, form):
    before = await book_file(on_issued, CITY, form, None, "2025")
    assert before == await book_file(on_issued, CITY, form, None, "2025")
    await post_into_2026(on_issued)
    assert before == await book_file(on_issued, CITY, form, None, "2025"), "a later month changes none before"
    assert before.data != (await book_file(on_issued, CITY, form)).data


async def test_an_entry_names_its_key_period_agreement_and_papers(on_issued):
    await post_into_2026(on_issued)
    made = await book(on_issued, CITY, HOST)
    first = dict(made.months[0].entries[0].facts)
    assert first["key"].startswith("share/6110-XY-")
    assert first["agreement"] in first["key"]
    assert first["period"] == made.months[0].code == "2025-06"
    assert first["statement-month"] == f"CS-{HOST}-2025-06"
    assert first["statement-year"] == f"JS-{HOST}-2025"
    back = dict(made.months[-1].entries[0].facts)
    assert back["key"] == "reversal/2026-03"
    assert back["reverses"].startswith("share/6110-XY-")
    assert "statement-year" not in back
    assert made.opening == ()
    carried = await book(on_issued, CITY, HOST, "2026-03")
    assert [entry.facts for entry in carried.opening] == [(("period", "2026-03"),)]
    assert sum(leg.units for leg in carried.opening[0].legs) == 0


async def test_a_later_version_of_a_paper_is_named(on_issued):
    await on_issued.execute(text("ALTER TABLE statement DISABLE TRIGGER USER"))
    await on_issued.execute(
        text(f"UPDATE statement SET version = 2 WHERE kind = 'year' AND county = '{HOST}'")
    )
    made = await book(on_issued, CITY, HOST)
    assert dict(made.months[0].entries[0].facts)["statement-year"] == f"JS-{HOST}-2025 v2"


async def test_what_is_no_book(on_issued):
    for city, county in ((CITY, NOBODY), ("990000", None)):
        with pytest.raises(NoSuchBook):
            await book(on_issued, city, county)
    for period in ("2025-13", "0000", "9999", "", "x"):
        with pytest.raises(NoPeriod):
            await book(on_issued, CITY, None, period)
    empty = await book_file(on_issued, CITY, BookForm.hledger, None, "2024")
    assert empty.entries == 0
