from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.canonical import canonical_bytes, sha256_of
from allocation.sharing.taxes import DEFAULT_KINDS, ReceiptKind, Tax
from allocation.sharing.terms import (
    CreditClock,
    CreditRule,
    InvalidTermsError,
    Method,
    TaxClock,
    Terms,
    YearBasis,
)
from tests.allocation.sharing.factories import terms


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"origin": "61102"}, "origin", "not_a_region_code"),
        ({"origin": "61１021"}, "origin", "not_a_region_code"),
        ({"host": "abcdef"}, "host", "not_a_region_code"),
        ({"host": "611026"}, "host", "same_as_origin"),
        ({"years": 0, "ratios_bp": ()}, "years", "out_of_range"),
        ({"years": 51, "ratios_bp": (1,) * 51}, "years", "out_of_range"),
        ({"ratios_bp": (5000,) * 4}, "ratios_bp", "not_one_per_year"),
        ({"ratios_bp": (10_001,) * 5}, "ratios_bp", "out_of_range"),
        ({"ratios_bp": (-1,) * 5}, "ratios_bp", "out_of_range"),
        ({"ratios_bp": (5000, 4000, 4000, 4000, 4000)}, "ratios_bp", "not_constant"),
        ({"method": Method.ningde, "ratios_bp": (5000, 4000, 4000, 4000, 4000)}, "ratios_bp", "not_constant"),
        ({"cap_fen": 0}, "cap_fen", "not_positive"),
        ({"cap_fen": -1}, "cap_fen", "not_positive"),
        ({"taxes": ()}, "taxes", "empty_or_repeated"),
        ({"taxes": (Tax.vat, Tax.vat)}, "taxes", "empty_or_repeated"),
        ({"kinds": ()}, "kinds", "empty_or_repeated"),
        ({"kinds": (ReceiptKind.normal,) * 2}, "kinds", "empty_or_repeated"),
        (
            {"method": Method.kunming_enclave, "deduct_incentives": False},
            "deduct_incentives",
            "required_by_method",
        ),
    ],
)
def test_terms_that_contradict_themselves_are_refused(changes, field, code):
    with pytest.raises(InvalidTermsError) as refused:
        terms(**changes)
    assert (field, code) in [(problem.field, problem.code) for problem in refused.value.problems]


def test_every_fault_is_named_at_once():
    with pytest.raises(InvalidTermsError, match=r"origin: not_a_region_code .*; cap_fen: not_positive"):
        terms(origin="x", cap_fen=0)


def test_what_may_be_agreed():
    stepped = terms(method=Method.yearly, ratios_bp=(5000, 5000, 4000, 3000, 3000), cap_fen=1)
    assert [stepped.ratio_bp(year) for year in range(7)] == [0, 5000, 5000, 4000, 3000, 3000, 0]
    assert terms(years=50).years == 50
    assert terms(ratios_bp=(10_000,) * 5).ratio_bp(1) == 10_000
    assert terms().excluded_kinds == (ReceiptKind.late_fee,)
    assert ReceiptKind.late_fee not in DEFAULT_KINDS


TERMS = st.builds(
    lambda ratios, **facts: terms(method=Method.yearly, ratios_bp=tuple(ratios), years=len(ratios), **facts),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=9),
    cap_fen=st.none() | st.integers(1, 2**52),
    effective_on=st.dates(),
    credit_rule=st.sampled_from(CreditRule),
    taxes=st.permutations(list(Tax)).map(tuple),
    kinds=st.lists(st.sampled_from(ReceiptKind), min_size=1, unique=True).map(tuple),
    carry_forward=st.booleans(),
    deduct_incentives=st.booleans(),
    year_basis=st.sampled_from(YearBasis),
)


@given(TERMS)
def test_json_and_back_is_the_same(agreed):
    assert Terms.from_json(agreed.to_json()) == agreed
    assert canonical_bytes(agreed.to_json())


@given(TERMS, st.integers(1, 2**52))
def test_a_change_of_terms_changes_the_hash(agreed, cap):
    other = replace(agreed, cap_fen=cap)
    assert (sha256_of("t", agreed.to_json()) == sha256_of("t", other.to_json())) is (agreed == other)


def test_canonical_form_is_that_of_rfc_8785():
    facts = {"b": [1, True, None], "a": '一\n"', "A": {"é".encode().hex(): -1}}
    assert canonical_bytes(facts) == '{"A":{"c3a9":-1},"a":"一\\n\\"","b":[1,true,null]}'.encode()
    assert sha256_of("x", facts) != sha256_of("y", facts)


@pytest.mark.parametrize("facts", [1.5, [0.1], {"a": b""}, {"a": date(2025, 1, 1)}, {1, 2}])
def test_only_exact_values_are_canonical(facts):
    with pytest.raises(TypeError, match="not a canonical value"):
        canonical_bytes(facts)


@pytest.mark.parametrize("facts", [{"键": 1}, {1: 2}])
def test_keys_are_ascii_text(facts):
    with pytest.raises(ValueError, match="not an ASCII key"):
        canonical_bytes(facts)


def test_words_have_chinese_names_and_subjects():
    words = [*Tax, *ReceiptKind, *Method, *TaxClock, *CreditClock, *CreditRule, *YearBasis]
    assert all(word.zh for word in words)
    assert len({word.zh for word in words}) == len(words)
    assert Tax.vat.subject == "10101"
    assert len({tax.subject for tax in Tax}) == len(Tax)
