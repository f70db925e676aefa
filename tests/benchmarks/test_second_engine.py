"""The engine of sharing and a second one in SQL agree to the fen on seeded years."""

import random

import duckdb
import pytest

from allocation.sharing.entitlement import Incentive, TermsVersion, entitle
from allocation.sharing.terms import YearBasis
from benchmarks import second_engine as second
from benchmarks.sharing_cases import FIRST_YEAR, Case, make_case, steady_case

LAST_YEAR = FIRST_YEAR + 9


def by_sql(cases: dict[int, Case]) -> list[tuple[int, ...]]:
    database = duckdb.connect(config={"threads": 1})
    second.load(database, {number: case.terms for number, case in cases.items()})
    second.load_receipts(database, {number: case.receipts for number, case in cases.items()})
    second.load_incentives(database, {number: case.incentives for number, case in cases.items()})
    found = second.compute(database)
    rows = second.lines(database)
    assert found == len(rows)
    return rows


def by_python(cases: dict[int, Case]) -> list[tuple[int, ...]]:
    return sorted(
        second.as_row(number, line)
        for number, case in cases.items()
        for line in entitle(
            [TermsVersion(1, case.terms)], case.receipts, case.incentives, through=f"{LAST_YEAR}-12"
        ).lines
    )


def test_ten_seeded_years_agree_line_by_line() -> None:
    draw = random.Random(20260101)
    cases = {
        number: make_case(draw, years=10, receipts=draw.randint(0, 400), last_year=LAST_YEAR)
        for number in range(60)
    }
    cases[60] = steady_case(draw, years=10, taxes=6)
    own = by_python(cases)
    assert len(own) > 2000
    assert by_sql(cases) == own
    for column in (6, 8, 9):  # incentives, both parties: nothing here compares zeros
        assert sum(1 for row in own if row[column]) > 200
    assert any(row[5] < 0 for row in own), "refunds are among them"


def test_a_fen_more_in_one_receipt_shows() -> None:
    case = steady_case(random.Random(3), years=1, taxes=2)
    first, *others = case.receipts
    altered = Case(
        case.terms,
        (type(first)(first.ticket, first.paid_on, first.tax, first.kind, first.fen + 1), *others),
        (Incentive("补", case.incentives[0].paid_on, case.incentives[0].fen),),
    )
    assert by_sql({1: case}) != by_python({1: altered})


def test_anniversaries_are_not_its_business() -> None:
    case = steady_case(random.Random(4), years=1, taxes=1)
    terms = type(case.terms).from_json({**case.terms.to_json(), "year_basis": YearBasis.anniversary.value})
    with pytest.raises(ValueError, match="calendar years"):
        by_sql({1: Case(terms, case.receipts, case.incentives)})
