import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.amounts import Amounts
from allocation.sharing.postings import AccountKind
from allocation.sharing.statement import Direction, Entry, city_net, months_of, sheet
from allocation.sharing.taxes import Tax

COUNTIES = ("611021", "611022", "611023")


@pytest.mark.parametrize(
    ("period", "first", "last", "count"),
    [
        ("2025-03", "2025-03", "2025-03", 1),
        ("2025Q1", "2025-01", "2025-03", 3),
        ("2025Q4", "2025-10", "2025-12", 3),
        ("2025", "2025-01", "2025-12", 12),
    ],
)
def test_periods_and_their_months(period, first, last, count):
    months = months_of(period)
    assert (months[0], months[-1], len(months)) == (first, last, count)


@pytest.mark.parametrize(
    "text", ["", "25", "2025-13", "2025-00", "2025Q5", "2025Q0", "2025-3", "２０２５", "2025 "]
)
def test_what_is_no_period(text):
    with pytest.raises(ValueError, match="no period"):
        months_of(text)


def entry(
    origin="611021", host="611022", fen=100, tax=Tax.vat, month="2025-03", booked="2025-03", code="XY-1"
):
    return Entry(
        agreement=code,
        origin=origin,
        host=host,
        tax=tax,
        agreement_year=1,
        month=month,
        booked=booked,
        amounts=Amounts(base=2 * fen, shared=2 * fen, origin=fen, host=fen),
    )


def test_a_sheet_is_gross_and_marks_what_is_earlier():
    entries = [
        entry(fen=100),
        entry(fen=7, month="2024-12"),
        entry(fen=30, origin="611022", host="611021", code="XY-2", tax=Tax.cit),
        entry(fen=5, booked="2025-04"),
        entry(fen=9, origin="611022", host="611023", code="XY-3"),
    ]
    host = sheet("611022", "2025-03", entries)
    assert [(line.agreement, line.direction, line.fen, line.earlier) for line in host.lines] == [
        ("XY-1", Direction.up, 7, True),
        ("XY-1", Direction.up, 100, False),
        ("XY-2", Direction.down, 30, False),
        ("XY-3", Direction.down, 9, False),
    ]
    assert (host.gross(Direction.up), host.gross(Direction.down), host.net) == (107, 39, -68)
    assert host.by_tax(Direction.up) == {Tax.vat: 107}
    assert host.by_tax(Direction.down) == {Tax.vat: 9, Tax.cit: 30}
    assert {line.counterparty for line in host.lines} == {"611021", "611023"}


def test_months_of_a_year_add_up_in_one_line():
    entries = [
        entry(fen=month, month=f"2025-{month:02}", booked=f"2025-{month:02}") for month in range(1, 13)
    ]
    assert [line.fen for line in sheet("611021", "2025", entries).lines] == [78]


def test_a_month_booked_later_in_the_same_year_is_not_earlier():
    late = [entry(month="2025-03", booked="2025-05")]
    assert [line.earlier for line in sheet("611021", "2025", late).lines] == [False]
    assert [line.earlier for line in sheet("611021", "2025-05", late).lines] == [True]


ENTRIES = st.lists(
    st.builds(
        lambda pair, fen, tax, month, code: entry(
            pair[0], pair[1], fen, tax, f"2025-{month:02}", "2025-12", code
        ),
        st.permutations(COUNTIES),
        st.integers(-1000, 1000),
        st.sampled_from(Tax),
        st.integers(1, 12),
        st.sampled_from(("XY-1", "XY-2")),
    ),
    max_size=12,
)


@given(ENTRIES)
def test_nets_sum_to_nothing_and_gross_by_subject_is_the_whole(entries):
    sheets = [sheet(county, "2025", entries) for county in COUNTIES]
    assert city_net(sheets) == 0
    assert sum(one.gross(Direction.up) for one in sheets) == sum(one.gross(Direction.down) for one in sheets)
    for one in sheets:
        for direction in Direction:
            assert sum(one.by_tax(direction).values()) == one.gross(direction)


def test_words_of_directions_and_accounts():
    assert [direction.zh for direction in Direction] == ["上解", "补助"]
    assert [direction.subject for direction in Direction] == ["2300602", "1100208"]
    assert all(direction.subject_name for direction in Direction)
    assert len({kind.zh for kind in AccountKind}) == len(AccountKind)
