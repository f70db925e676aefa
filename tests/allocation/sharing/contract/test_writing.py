"""A contract written and read again is the same contract."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.documents import parse
from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.case import read_case
from allocation.sharing.contract.clauses import (
    Clock,
    ClockKind,
    Credit,
    Doctrine,
    Entry,
    FloorTerms,
    LandTransfer,
    PartyKind,
)
from allocation.sharing.contract.drafting import contract_of
from allocation.sharing.contract.places import Place
from allocation.sharing.contract.reading import FIELDS, read_version
from allocation.units import FEN_LIMIT
from tests.allocation.sharing.contract.documents import GONE, changed, document
from tests.allocation.sharing.contract.making import A, B, contract, contracts
from tests.allocation.sharing.factories import terms

GOLDEN = Path(__file__).parents[3] / "golden" / "share"


def read_again(written: object) -> Contract:
    faults: list = []
    version = read_version(Place(parse(json.dumps(written)), "/terms/0", "terms", faults), 1)
    assert faults == []
    assert version is not None
    return version.contract


FEN = st.integers(1, FEN_LIMIT // 4)
WORDS = st.text("甲乙 ab（）%~/", min_size=1).filter(str.strip)
ENTRIES = st.builds(
    Entry,
    party=st.just(A),
    before_fen=st.tuples(FEN, FEN, FEN),
    average_fen=FEN,
    cap_at_sum=st.booleans(),
)
CREDITS = st.sampled_from(
    [
        (Doctrine.by_ratio, (3333, 3333, 3334)),
        (Doctrine.full, (1, 1, 0)),
        (Doctrine.single, (0, 0, 1)),
    ]
).flatmap(
    lambda one: st.builds(
        Credit,
        indicator=WORDS,
        doctrine=st.just(one[0]),
        parts=st.just(one[1]),
        years=st.integers(1, 50),
        clock=st.sampled_from([Clock(), Clock(ClockKind.fixed, date(2020, 2, 29))]),
    )
)
LAND = st.builds(
    LandTransfer, st.just(A), st.just(B), st.dates(date(100, 1, 1), date(9899, 12, 31)), st.integers(1, 10**6)
)
CLAUSES = st.fixed_dictionaries(
    {},
    optional={
        "entry": ENTRIES,
        "credits": st.lists(CREDITS, max_size=2, unique_by=lambda one: one.indicator).map(tuple),
        "land": st.lists(LAND, max_size=2).map(tuple),
        "other": st.lists(WORDS.filter(lambda text: "%" not in text), max_size=2).map(tuple),
        "follows": st.dictionaries(st.sampled_from(FIELDS), WORDS).map(lambda found: tuple(found.items())),
    },
)


@settings(max_examples=30)
@given(contracts(size=3), CLAUSES, st.sampled_from([PartyKind.county, PartyKind.park, PartyKind.city]))
def test_what_is_written_is_read_as_the_same(agreed, clauses, kind):
    parties = (*agreed.parties[:1], replace(agreed.parties[1], name="乙", kind=kind), agreed.parties[2])
    whole = replace(agreed, parties=parties, **clauses)
    assert read_again(whole.to_json()) == whole


def test_floor_terms_are_written_with_and_without_a_cap():
    for most in (None, 5):
        floor = FloorTerms(party=A, ratio_bp=5000, years=3, cap_fen=most, credit=True)
        assert read_again(contract(floor_terms=floor).to_json()) == contract(floor_terms=floor)


AGREEMENTS = [path for path in sorted(GOLDEN.glob("*.json")) if '"terms"' in path.read_text("utf-8")]


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda path: path.stem)
def test_the_contracts_of_the_cases_too(path):
    for version in read_case(parse(path.read_text("utf-8"))).versions:
        assert read_again(version.contract.to_json()) == version.contract


def test_every_clause_is_written():
    floor = {"party": A, "ratio_bp": 0, "years": 1}
    whole = changed({"/terms/0/grace": {"years": 1}, "/terms/0/floor_terms": floor, "/terms/0/version": GONE})
    (version,) = read_case(whole).versions
    assert set(version.contract.to_json()) == set(FIELDS) - {"version"}
    assert read_again(version.contract.to_json()) == version.contract
    assert read_case(document()).versions[0].contract.to_json()["parties"][2]["treasury"] is False


def test_drafted_terms_are_written_as_terms_of_a_case():
    drafted = contract_of(terms())
    assert read_again(drafted.to_json()) == drafted
