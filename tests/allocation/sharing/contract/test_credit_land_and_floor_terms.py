"""What is no money: credit, land quota; and the conditions that no later version may undercut."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.sharing.contract.clauses import (
    Cap,
    Credit,
    Doctrine,
    FloorTerms,
    Grace,
    LandTransfer,
    Party,
    PartyKind,
    Span,
)
from allocation.sharing.contract.credits import city_total, counted, credit_clause, land_balances
from allocation.sharing.contract.faults import InvalidContractError
from allocation.sharing.contract.floor_terms import undercuts
from tests.allocation.sharing.contract.making import A, B, C, contract, ratio, tiers, weights

CREDITS = (
    Credit(indicator="产值", doctrine=Doctrine.by_ratio, parts=(3333, 3333, 3334), years=2),
    Credit(indicator="固投", doctrine=Doctrine.full, parts=(1, 0, 1), years=2),
    Credit(indicator="资金", doctrine=Doctrine.single, parts=(0, 1, 0), years=2),
)
BUREAU = (Party(code=A), Party(code=B, kind=PartyKind.outpost, treasury=False), Party(code=C))


@pytest.mark.parametrize(
    ("indicator", "on", "parts"),
    [
        ("产值", date(2021, 12, 31), (33, 33, 34)),
        ("产值", date(2022, 1, 1), (0, 0, 100)),
        ("产值", date(2019, 12, 31), (0, 0, 100)),
        ("固投", date(2020, 12, 31), (100, 0, 100)),
        ("资金", date(2020, 12, 31), (0, 100, 0)),
        ("其他", date(2020, 12, 31), (0, 0, 100)),
    ],
)
def test_three_doctrines_of_credit_for_parties_without_a_treasury_too(indicator, on, parts):
    agreed = contract(parties=BUREAU, host=C, shares=(ratio(5000, 0, 5000),), credits=CREDITS)
    found = counted(agreed, credit_clause(agreed, indicator), date(2020, 5, 1), on, 100)
    assert (found.parts, found.city) == (parts, 100)
    assert city_total([found, found]) == 200
    unstarted = counted(agreed, credit_clause(agreed, indicator), None, on, 100)
    assert unstarted.parts == (0, 0, 100)


def test_a_party_without_a_treasury_gets_no_money():
    with pytest.raises(InvalidContractError, match=f"/shares/0/ratio_bp/{B}: no_treasury"):
        contract(parties=BUREAU, host=C, shares=(ratio(5000, 1, 4999),))


def test_land_quota_nets_to_nothing():
    agreed = contract(
        land=(LandTransfer(A, B, date(2020, 3, 1), 1050), LandTransfer(B, A, date(2021, 3, 1), 50))
    )
    assert land_balances(agreed, "2020-02") == {A: 0, B: 0}
    assert land_balances(agreed, "2020-03") == {A: -1050, B: 1050}
    assert land_balances(agreed, "2021-03") == {A: -1000, B: 1000}


def credit(doctrine, *parts):
    return {"credits": (Credit(indicator="x", doctrine=doctrine, parts=parts, years=5),)}


FLOOR = FloorTerms(party=A, ratio_bp=5000, years=5, cap_fen=1000, credit=True)


@pytest.mark.parametrize(
    ("changes", "clauses"),
    [
        ({}, set()),
        ({"caps": (Cap(A, Span.term, 1000),)}, set()),
        ({"caps": (Cap(A, Span.term, 999),)}, {"caps"}),
        ({"grace": Grace(1)}, {"grace"}),
        ({"shares": (weights(1, 1),)}, set()),
        ({"shares": (weights(49, 51),)}, {"shares"}),
        ({"shares": (tiers((9, (5000, 5000)), (None, (4999, 5001))),)}, {"shares"}),
        ({"credits": (Credit(indicator="x", doctrine=Doctrine.full, parts=(1, 1), years=5),)}, set()),
        ({"credits": (Credit(indicator="x", doctrine=Doctrine.single, parts=(0, 1), years=5),)}, {"credits"}),
        (
            {"credits": (Credit(indicator="x", doctrine=Doctrine.by_ratio, parts=(5000, 5000), years=5),)},
            {"credits"},
        ),
    ],
)
def test_what_undercuts_floor_terms(changes, clauses):
    later = contract(**changes)
    assert {fault.clause for fault in undercuts(FLOOR, later)} == clauses
    if clauses:
        with pytest.raises(InvalidContractError, match="below_floor_terms"):
            contract(**changes, floor_terms=FLOOR)


def test_no_cap_may_be_set_where_none_was_agreed():
    open_end = replace(FLOOR, cap_fen=None)
    assert [one.clause for one in undercuts(open_end, contract(caps=(Cap(A, Span.term, 10**9),)))] == ["caps"]
    assert not list(undercuts(replace(FLOOR, ratio_bp=0), contract(grace=Grace(1))))


HALF = FloorTerms(party=A, ratio_bp=5000, years=3)


@pytest.mark.parametrize(
    ("changes", "clauses"),
    [
        ({}, set()),
        ({"years": 2, "shares": (ratio(5000, 5000, last=2),)}, {"years"}),
        ({"shares": (ratio(5000, 5000, last=2), ratio(4999, 5001, first=3))}, {"shares"}),
        ({"shares": (ratio(5000, 5000, last=3), ratio(0, 10_000, first=4))}, set()),
    ],
)
def test_no_later_version_undercuts_the_floor_terms(changes, clauses):
    assert {fault.clause for fault in undercuts(HALF, contract(**changes))} == clauses


@pytest.mark.parametrize(
    ("field", "value"), [("years", 0), ("years", 51), ("ratio_bp", -1), ("ratio_bp", 10_001), ("cap_fen", 0)]
)
def test_floor_terms_that_cannot_be_are_refused(field, value):
    with pytest.raises(InvalidContractError) as refused:
        contract(floor_terms=replace(HALF, **{field: value}))
    found = [(fault.pointer, fault.code) for fault in refused.value.faults]
    assert found == [(f"/floor_terms/{field}", "out_of_range")]
