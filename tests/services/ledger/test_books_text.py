"""Books as text: what is written exactly, and that no text from outside breaks either program's syntax."""

import json
import unicodedata
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from allocation.sharing.postings import AccountKind
from services.ledger.books_beancount import beancount, quoted
from services.ledger.books_export import WORDS, periods_of
from services.ledger.books_hledger import described, hledger, tagged
from services.ledger.books_model import (
    COMMODITIES,
    PLACES,
    Account,
    Book,
    Commodity,
    Entry,
    Month,
    Sum,
    one_line,
)
from services.ledger.states import JournalKind, Unit
from tests.services.ledger import judges

YUAN = Commodity("CNY", 2, "人民币元 · yuan")
CREDIT = Commodity("CREDIT", 0, "考核积分 · credit")
LAND = Commodity("MU", 4, "亩 · mu")
END = date(2025, 6, 30)
NASTY = (
    *('"', "\\", '\\"', "\\n", "a\nb", "a\r\nb", "\u2028x\u2029", "\x00", "\x85", "\ud800", ";", "; type:Z"),
    *("date:2025-99-99", "[2025-13-45]", "type: Q", "| x", "(", "((a", ")", "!", "*", "* *", "= 5", "商州区"),
    *(
        "  两  空  格  ",
        "\u3000",
        "#tag",
        "^link",
        "end comment",
        "{",
        "%",
        'option "title"',
        "",
        "、，：；",
        "𠮷野",
    ),
)
WILD = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=30), st.text('"\\;:|,()[]\n\t 中a#*!=', max_size=12)
)


def account(kind: AccountKind, county: str = "611002", other: str = "611024", title: str = "x") -> Account:
    return Account(county, kind, other, title)


OWED, GIVEN = (
    account(AccountKind.due_to, title="应上解款"),
    account(AccountKind.share_expense, title="分享支出"),
)


def book(*entries: Entry, title: str = "t", notes: tuple[str, ...] = ("n",), commodities=(YUAN,)) -> Book:
    """A book of one month; its balances are summed here, by hand."""
    sums: dict[tuple[Account, Commodity], int] = {}
    for entry in entries:
        for leg in entry.legs:
            sums[leg.account, leg.commodity] = sums.get((leg.account, leg.commodity), 0) + leg.units
    accounts = {one.name: one for one, _ in sums}
    return Book(
        title=title,
        notes=notes,
        accounts=tuple((date(2025, 6, 1), accounts[name]) for name in sorted(accounts)),
        commodities=commodities,
        opening=(),
        months=(Month("611002", "2025-06", END, entries, tuple(Sum(*at, n) for at, n in sums.items())),),
    )


def entry(text: str = "分享", fen: int = 1, facts=(("key", "k"),), commodity: Commodity = YUAN) -> Entry:
    return Entry(END, text, tuple(facts), (Sum(GIVEN, commodity, fen), Sum(OWED, commodity, -fen)))


BEANCOUNT = """option "title" "账 \\\\"甲\\\\""
option "operating_currency" "CNY"
;; n

2025-06-01 commodity CNY
  name: "人民币元 · yuan"
2025-06-01 open Expenses:611002:Share-分享支出:611024
  name: "分享支出"
2025-06-01 open Liabilities:611002:DueTo-应上解款:611024
  name: "应上解款"

2025-06-30 * "分享"
  key: "k"
  Expenses:611002:Share-分享支出:611024  1234.05 CNY
  Liabilities:611002:DueTo-应上解款:611024  -1234.05 CNY

;; 611002 2025-06 期末余额 · closing balances
2025-07-01 balance Expenses:611002:Share-分享支出:611024  1234.05 ~ 0 CNY
2025-07-01 balance Liabilities:611002:DueTo-应上解款:611024  -1234.05 ~ 0 CNY
""".replace("\\\\", "\\")
HLEDGER = """; 账 "甲"
; n

commodity 1000.00 CNY  ; 人民币元 · yuan
account Expenses:611002:Share-分享支出:611024  ; 分享支出
account Liabilities:611002:DueTo-应上解款:611024  ; 应上解款

2025-06-30 * 分享
    ; key: k
    Expenses:611002:Share-分享支出:611024  1234.05 CNY
    Liabilities:611002:DueTo-应上解款:611024  -1234.05 CNY

2025-06-30 * 期末余额 · closing balances 611002 2025-06
    Expenses:611002:Share-分享支出:611024  0.00 CNY = 1234.05 CNY
    Liabilities:611002:DueTo-应上解款:611024  0.00 CNY = -1234.05 CNY
"""


def test_a_book_in_full() -> None:
    made = book(entry(fen=123405), title='账 "甲"')
    assert beancount(made) == BEANCOUNT
    assert hledger(made) == HLEDGER


def test_everything_of_the_journal_has_its_place_in_a_file() -> None:
    assert COMMODITIES.keys() == set(Unit)
    assert PLACES.keys() == set(AccountKind)
    assert WORDS.keys() == set(JournalKind)
    # Older versions of Beancount take no part of a name that begins with a Chinese character.
    assert all(part[0].isascii() for kind in AccountKind for part in account(kind).name.split(":"))
    assert len({account(kind).name for kind in AccountKind}) == len(AccountKind)
    assert len({one.code for one in COMMODITIES.values()}) == len(COMMODITIES)


@pytest.mark.parametrize(
    ("month", "quarter"), [("2025-01", "2025Q1"), ("2025-03", "2025Q1"), ("2025-12", "2025Q4")]
)
def test_a_month_has_three_papers(month: str, quarter: str) -> None:
    assert periods_of(month) == (month, quarter, "2025")


@given(st.integers(-(2**53), 2**53), st.sampled_from((YUAN, CREDIT, LAND)))
def test_an_amount_reads_back_exactly(units: int, commodity: Commodity) -> None:
    figure, code = commodity.amount(units).split(" ")
    assert Fraction(figure) * 10**commodity.decimals == units
    assert code == commodity.code
    assert len(figure.partition(".")[2]) == commodity.decimals


@given(WILD)
def test_a_text_becomes_one_line_and_stays_it(text: str) -> None:
    line = one_line(text)
    assert line == one_line(line) == line.strip()
    assert not {unicodedata.category(sign) for sign in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(line.splitlines()) <= 1
    line.encode()
    for kept in (described(text), tagged(text)):
        assert len(kept) == len(line)


def test_signs_that_mean_something_to_a_program_are_written_otherwise() -> None:
    assert described("(a) b|c;d") == "（a) b｜c；d"
    assert described("a (b)") == "a (b)"
    assert tagged("date:2025, type:Z") == "date：2025， type：Z"
    assert quoted('a"b\\n') == '"a\\"b\\\\n"'
    assert one_line(" a\u202eb\u200b\u3000\x00\ud800c ") == "a b c"
    assert one_line("𠮷野·商州区") == "𠮷野·商州区"


@pytest.mark.parametrize("code", ["商州", "", "6110:02", "6110 02", "-1", "6\n"])
def test_a_code_that_is_none_names_no_account(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        account(AccountKind.due_to, county=code)
    with pytest.raises(ValueError, match="code"):
        account(AccountKind.due_to, other=code)


@settings(max_examples=3, phases=[Phase.generate])
@given(st.lists(st.tuples(WILD, WILD), min_size=10, max_size=30), WILD, WILD)
def test_no_text_breaks_the_syntax_of_either_program(tmp_path, texts, title, note) -> None:
    """All texts stand in one book; both programs pass it and give back what was written."""
    texts = [*zip(NASTY, reversed(NASTY), strict=True), *texts]
    titled = [
        Account("611002", AccountKind.due_from, str(611100 + n), text) for n, (text, _) in enumerate(texts)
    ]
    entries = [
        Entry(END, text, (("key", fact),), (Sum(one, YUAN, n + 1), Sum(OWED, YUAN, -n - 1)))
        for n, ((text, fact), one) in enumerate(zip(texts, titled, strict=True))
    ]
    made = book(*entries, title=title, notes=(note,))
    beans, journal = tmp_path / "b.beancount", tmp_path / "b.journal"
    beans.write_text(beancount(made), "utf-8")
    journal.write_text(hledger(made), "utf-8")
    assert judges.judged(beans) == ""
    found = judges.beancount_reads(beans)
    assert found["title"] == one_line(title)
    expected = [[one_line(text), one_line(fact)] for text, fact in texts]
    assert sorted([text, facts["key"]] for text, facts in found["facts"]) == sorted(expected)
    assert {name: found["titles"][name] for name in (one.name for one in titled)} == {
        one.name: one_line(one.title) for one in titled
    }
    assert judges.judged(journal) == ""
    printed = judges.hledger("-f", journal, "print", "-O", "json")
    read = [(one["tdescription"], dict(one["ttags"])) for one in json.loads(printed.stdout)]
    assert [(text, tags["key"]) for text, tags in read if "key" in tags] == [
        (described(text), tagged(fact)) for text, fact in texts
    ]


def test_units_of_several_kinds_stand_side_by_side(tmp_path) -> None:
    units = (YUAN, CREDIT, LAND)
    made = book(*(entry(fen=12345, commodity=one) for one in units), commodities=units)
    for name, text in (("b.beancount", beancount(made)), ("b.journal", hledger(made))):
        (tmp_path / name).write_text(text, "utf-8")
        assert judges.judged(tmp_path / name) == ""
        for wrong, right in (("12344 CREDIT", "12345 CREDIT"), ("1.2344 MU", "1.2345 MU")):
            (tmp_path / name).write_text(text.replace(right, wrong, 1), "utf-8")
            assert judges.judged(tmp_path / name)


def test_a_book_without_entries_passes(tmp_path) -> None:
    made = Book(title="空", notes=(), accounts=(), commodities=(YUAN,), opening=(), months=())
    for name, text in (("b.beancount", beancount(made)), ("b.journal", hledger(made))):
        (tmp_path / name).write_text(text, "utf-8")
        assert judges.judged(tmp_path / name) == ""


def test_trap_4_beancount_lets_a_fen_pass_without_the_tilde(tmp_path) -> None:
    """Hledger catches the fen unaided."""
    file, text = tmp_path / "b.beancount", beancount(book(entry(fen=1234)))
    wrong = text.replace("12.34 ~ 0 CNY", "12.35 ~ 0 CNY")
    file.write_text(wrong, "utf-8")
    assert "Balance failed" in judges.judged(file)
    file.write_text(wrong.replace(" ~ 0", ""), "utf-8")
    assert judges.judged(file) == ""
    journal = tmp_path / "b.journal"
    journal.write_text(hledger(book(entry(fen=1234))).replace("= 12.34", "= 12.35"), "utf-8")
    assert "12.35" in judges.judged(journal)
