"""Every fault is named with its clause, field and value; all of them at once; each in both languages."""

import json

import pytest

from allocation.documents import parse
from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.case import InvalidCaseError, read_case
from allocation.sharing.contract.clauses import Party, ShareKind, Shares, Tier
from allocation.sharing.contract.fault_words import WORDS, fault_line
from allocation.sharing.contract.faults import Fault, InvalidContractError
from allocation.sharing.contract.outcome import work_out
from allocation.units import FEN_LIMIT
from tests.allocation.sharing.contract.documents import GONE, changed, document
from tests.allocation.sharing.contract.making import A, B, C, contract

T = "/terms/0"
SECOND = {**document()["terms"][0], "version": 2, "effective_on": "2021-01-01"}
FIXED = {"kind": "fixed", "on": "2017-01-01"}
CASES = [
    # the document
    ({"/format": "other/1"}, "/format", "unknown_format"),
    ({"/format": GONE}, "/format", "missing"),
    ({"/more": 1}, "/more", "unknown_field"),
    ({"/terms": GONE}, "/terms", "missing"),
    ({"/terms": []}, "/terms", "empty_or_repeated"),
    ({"/terms": {}}, "/terms", "not_a_list"),
    ({"/terms/0": 3}, T, "not_an_object"),
    ({"/through": "2020-13"}, "/through", "not_a_month"),
    ({"/through": "0000-01"}, "/through", "not_a_month"),
    ({"/through": "9900-01"}, "/through", "not_a_month"),
    ({"/city": ""}, "/city", "not_a_code"),
    ({"/title": 5}, "/title", "not_text"),
    ({"/receipts": 5}, "/receipts", "not_a_list"),
    ({"/illustrative": 1}, "/illustrative", "not_true_or_false"),
    ({"/expect": {"sum": 1}}, "/expect/sum", "unknown_field"),
    ({"/expect": {"base_fen": "1"}}, "/expect/base_fen", "not_whole"),
    ({"/expect": {"by_party": {A: None}}}, f"/expect/by_party/{A}", "missing"),
    ({"/expect": {"by_year": {"1": {A: True}}}}, f"/expect/by_year/1/{A}", "not_whole"),
    ({"/expect": {"credits": [{A: FEN_LIMIT}]}}, f"/expect/credits/0/{A}", "out_of_range"),
    ({"/outside_term": "drop"}, "/outside_term", "unknown_word"),
    # parties
    ({f"{T}/parties": [{"code": A}]}, f"{T}/parties", "too_few"),
    ({f"{T}/parties/0/code": ""}, f"{T}/parties/0/code", "not_a_code"),
    ({f"{T}/parties/1/code": A}, f"{T}/parties/1/code", "named_twice"),
    ({f"{T}/parties/0/name": "甲\n县"}, f"{T}/parties/0/name", "unprintable"),
    ({f"{T}/parties/0/kind": "firm"}, f"{T}/parties/0/kind", "firm"),
    ({f"{T}/parties/0/kind": "firm"}, f"{T}/shares/0/ratio_bp/{A}", "firm"),
    ({f"{T}/parties/0/kind": "firm"}, f"{T}/caps/0/party", "firm"),
    ({f"{T}/parties/2/treasury": True}, f"{T}/parties/2/treasury", "no_treasury_by_kind"),
    ({f"{T}/origin": "x"}, f"{T}/origin", "unknown_party"),
    ({f"{T}/origin": B}, f"{T}/host", "same_as_origin"),
    ({f"{T}/host": C}, f"{T}/host", "no_treasury"),
    ({f"{T}/parties/0/kind": "shop"}, f"{T}/parties/0/kind", "unknown_word"),
    # term and base
    ({f"{T}/years": 51}, f"{T}/years", "out_of_range"),
    ({f"{T}/years": 0}, f"{T}/years", "out_of_range"),
    ({f"{T}/years": "3"}, f"{T}/years", "not_whole"),
    ({f"{T}/years": True}, f"{T}/years", "not_whole"),
    ({f"{T}/years": FEN_LIMIT}, f"{T}/years", "out_of_range"),
    ({f"{T}/effective_on": "2020-02-30"}, f"{T}/effective_on", "not_a_day"),
    ({f"{T}/effective_on": 2020}, f"{T}/effective_on", "not_a_day"),
    ({f"{T}/clock": {"kind": "fixed"}}, f"{T}/clock/on", "only_of_a_fixed_clock"),
    ({f"{T}/clock/on": "2020-01-01"}, f"{T}/clock/on", "only_of_a_fixed_clock"),
    ({f"{T}/clock": {"kind": "fixed", "on": "2017-12-31"}}, f"{T}/clock/on", "end_before_start"),
    (
        {f"{T}/clock": FIXED, f"{T}/year_basis": "anniversary"},
        f"{T}/clock/on",
        "end_before_start",
    ),
    (
        {f"{T}/years": 10**9, f"{T}/clock": {"kind": "fixed", "on": "2017-01-01"}},
        f"{T}/years",
        "out_of_range",
    ),
    ({f"{T}/base/taxes": ["vat", "vat"]}, f"{T}/base/taxes", "empty_or_repeated"),
    ({f"{T}/base/taxes": ["salt"]}, f"{T}/base/taxes/0", "unknown_word"),
    ({f"{T}/base/kinds": []}, f"{T}/base/kinds", "empty_or_repeated"),
    ({f"{T}/grace": {"years": 4}}, f"{T}/grace/years", "out_of_range"),
    # shares
    ({f"{T}/shares/0/ratio_bp/{A}": 4999}, f"{T}/shares/0/ratio_bp", "no_whole"),
    ({f"{T}/shares/0/ratio_bp": {A: -1, B: 10_001}}, f"{T}/shares/0/ratio_bp/{A}", "out_of_range"),
    ({f"{T}/shares/0/ratio_bp/x": 1}, f"{T}/shares/0/ratio_bp/x", "unknown_party"),
    ({f"{T}/shares/0/ratio_bp": {A: 5000, B: 4000, C: 1000}}, f"{T}/shares/0/ratio_bp/{C}", "no_treasury"),
    ({f"{T}/shares/0/weights": {A: 1}}, f"{T}/shares/0", "one_way_to_split"),
    ({f"{T}/shares/1/first_year": 1}, f"{T}/shares/1", "years_overlap"),
    (
        {f"{T}/shares/1/first_year": 3, f"{T}/shares/1/last_year": 2},
        f"{T}/shares/1/last_year",
        "end_before_start",
    ),
    ({f"{T}/shares/2/last_year": 4}, f"{T}/shares/2", "outside_the_term"),
    ({f"{T}/years": 4}, f"{T}/shares", "years_missing"),
    ({f"{T}/shares/2/weights": {A: 0}}, f"{T}/shares/2/weights", "all_zero"),
    (
        {f"{T}/shares/1/tiers/0/up_to_fen": GONE},
        f"{T}/shares/1/tiers/0/up_to_fen",
        "only_the_last_without_end",
    ),
    ({f"{T}/shares/1/tiers/1/up_to_fen": 9}, f"{T}/shares/1/tiers/1/up_to_fen", "only_the_last_without_end"),
    ({f"{T}/shares/1/tiers/0/up_to_fen": 0}, f"{T}/shares/1/tiers/0/up_to_fen", "not_rising"),
    ({f"{T}/shares/1/tiers/0/ratio_bp/{A}": 1}, f"{T}/shares/1/tiers/0/ratio_bp", "no_whole"),
    # limits
    ({f"{T}/caps/0/party": B}, f"{T}/caps/0/party", "host_keeps_the_rest"),
    ({f"{T}/caps/0/party": C}, f"{T}/caps/0/party", "no_treasury"),
    ({f"{T}/caps/0/fen": 0}, f"{T}/caps/0/fen", "out_of_range"),
    ({f"{T}/caps/1": {"party": A, "span": "year", "fen": 1}}, f"{T}/caps/1", "named_twice"),
    ({f"{T}/caps/0/fen": 99}, f"{T}/floors/0/fen", "above_the_cap"),
    ({f"{T}/floors/0/payer": A}, f"{T}/floors/0/payer", "pays_itself"),
    (
        {f"{T}/floors/1": {"party": B, "payer": A, "fen": 1}},
        f"{T}/floors/1/payer",
        "payer_has_a_least_of_its_own",
    ),
    ({f"{T}/floors/0/party": "x"}, f"{T}/floors/0/party", "unknown_party"),
    ({f"{T}/entry/before_fen": [1, 2]}, f"{T}/entry/before_fen", "not_three_years"),
    ({f"{T}/entry/before_fen": [1, 2, -3]}, f"{T}/entry/before_fen/2", "out_of_range"),
    ({f"{T}/entry/party": B}, f"{T}/entry/party", "host_keeps_the_rest"),
    ({f"{T}/clawback/taker": A}, f"{T}/clawback/taker", "pays_itself"),
    ({f"{T}/clawback/years": 0}, f"{T}/clawback/years", "out_of_range"),
    ({f"{T}/clawback/part_bp": 10_001}, f"{T}/clawback/part_bp", "out_of_range"),
    # credit, land, words
    ({f"{T}/credits/1/indicator": "产值"}, f"{T}/credits/1/indicator", "empty_or_repeated"),
    ({f"{T}/credits/1/years": 0}, f"{T}/credits/1/years", "out_of_range"),
    ({f"{T}/credits/0/clock": {"kind": "fixed"}}, f"{T}/credits/0/clock/on", "only_of_a_fixed_clock"),
    ({f"{T}/credits/0/parts/{A}": 1}, f"{T}/credits/0/parts", "not_split"),
    ({f"{T}/credits/1/parts/{A}": 2}, f"{T}/credits/1/parts", "not_full"),
    ({f"{T}/credits/2/parts/{A}": 1}, f"{T}/credits/2/parts", "not_single"),
    ({f"{T}/land/0/taker": A}, f"{T}/land/0/taker", "pays_itself"),
    ({f"{T}/land/0/giver": "x"}, f"{T}/land/0/giver", "unknown_party"),
    ({f"{T}/land/0/mu_hundredths": 0}, f"{T}/land/0/mu_hundredths", "out_of_range"),
    ({f"{T}/other/0": "\u3000"}, f"{T}/other/0", "empty"),
    ({f"{T}/other/0": "每季\x1b[2J会商"}, f"{T}/other/0", "unprintable"),
    ({f"{T}/follows/shares": ""}, f"{T}/follows/shares", "empty"),
    ({f"{T}/other/0": "税收全额返还企业"}, f"{T}/other/0", "returned_by_tax"),
    ({f"{T}/other/0": "一企 一策"}, f"{T}/other/0", "for_one_firm"),
    ({f"{T}/other/0": "五年内不得迁出"}, f"{T}/other/0", "bound_to_place"),
    ({f"{T}/follows/nothing": "第一条"}, f"{T}/follows/nothing", "unknown_field"),
    # what is agreed later
    ({"/terms/1": {**SECOND, "version": 1}}, "/terms/1/version", "not_rising"),
    (
        {
            f"{T}/floor_terms": {"party": A, "ratio_bp": 5000, "years": 1},
            "/terms/1": {
                **SECOND,
                "years": 3,
                "shares": [{"first_year": 1, "last_year": 3, "ratio_bp": {A: 4000, B: 6000}}],
            },
        },
        f"/terms/1/shares/0/ratio_bp/{A}",
        "below_floor_terms",
    ),
    (
        {f"{T}/floor_terms": {"party": "x", "ratio_bp": 1, "years": 1}},
        f"{T}/floor_terms/party",
        "unknown_party",
    ),
    (
        {f"{T}/caps/0/span": "term", "/posted": {A: 100_001}},
        f"{T}/caps/0/fen",
        "below_what_is_posted",
    ),
    ({"/posted": {"x": 1}}, "/posted/x", "unknown_party"),
    ({f"{T}/entry/cap_at_sum": True, "/posted": {A: 7}}, f"{T}/entry/before_fen", "below_what_is_posted"),
    ({"/posted": {A: 300_001}}, f"{T}/caps/0/fen", "below_what_is_posted"),
    # what is known
    ({"/receipts/0/ticket": ""}, "/receipts/0/ticket", "empty"),
    ({"/receipts/0/ticket": "1\u20282"}, "/receipts/0/ticket", "unprintable"),
    ({"/receipts/0/paid_on": "0099-12-31"}, "/receipts/0/paid_on", "not_a_day"),
    ({"/incentives/0/document_no": " "}, "/incentives/0/document_no", "empty"),
    ({"/indicators/0/indicator": ""}, "/indicators/0/indicator", "empty"),
    ({"/levels/0/treasury": ""}, "/levels/0/treasury", "empty"),
    ({"/levels/0/central_bp": 1}, "/levels/0", "no_whole"),
    ({"/levels/0/tax": "salt"}, "/levels/0/tax", "unknown_word"),
    ({"/receipts/0/amount_fen": FEN_LIMIT}, "/receipts/0/amount_fen", "out_of_range"),
    ({"/receipts/0/retained_fen": 1}, "/receipts/0", "amount_or_retained"),
    (
        {"/receipts/0/split": {"central": 1, "province": 0, "city": 0, "county": 0}},
        "/receipts/0/split",
        "not_the_amount",
    ),
    ({"/receipts/1/ticket": "1"}, "/receipts/1/ticket", "ticket_twice"),
    ({"/receipts/0/treasury": A}, "/receipts/0/treasury", "not_the_hosts_treasury"),
    ({"/receipts/0/tax": "cit"}, "/receipts/0/tax", "no_level_share"),
    ({"/receipts/1/paid_on": "2019-12-31"}, "/receipts/1/paid_on", "before_effective"),
    ({"/receipts/1/paid_on": "2023-01-01", "/through": "2023-12"}, "/receipts/1/paid_on", "after_term"),
    ({"/events/1": {"kind": "end", "on": "2020-02-15"}}, "/receipts/1/paid_on", "after_end"),
    ({"/events/1": {"kind": "end", "on": "2019-02-15"}}, "/events/1/on", "end_before_start"),
    ({"/events/1": {"kind": "relocation", "on": "2019-12-31"}}, "/events/1/on", "end_before_start"),
    ({"/events/0/successor": A}, "/events/0/successor", "only_of_a_merger"),
    ({"/events/0/successor_name": "乙"}, "/events/0/successor_name", "only_of_a_merger"),
    (
        {"/events/1": {"kind": "merger", "on": "2020-05-01", "predecessor": A, "successor": "乙"}},
        "/events/1/successor",
        "not_a_code",
    ),
    (
        {"/events/1": {"kind": "merger", "on": "2020-05-01", "predecessor": "x", "successor": "y"}},
        "/events/1/predecessor",
        "unknown_party",
    ),
]


def faults_of(found):
    with pytest.raises(InvalidCaseError) as refused:
        work_out(read_case(found))
    assert str(refused.value)
    return refused.value.faults


@pytest.mark.parametrize(("changes", "pointer", "code"), CASES)
def test_a_fault_is_named_with_its_field(changes, pointer, code):
    found = faults_of(changed(changes))
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in found]
    for fault in found:
        for english in (False, True):
            line = fault_line(fault, english=english)
            assert fault.pointer in line
            assert line.replace("\u3000", " ").isprintable()


def test_every_fault_of_the_words_can_happen():
    told = {code for _, _, code in CASES} | {"key_twice", "float", "weights_have_no_tiers", "not_expected"}
    told |= {"sum_out_of_range"}
    assert set(WORDS) - told == set()


def test_the_sound_case_has_none():
    assert work_out(read_case(document())).sum_check


def test_all_faults_are_told_at_once():
    bad = changed(
        {f"{T}/shares/0/ratio_bp/{A}": 1, f"{T}/caps/0/fen": 0, "/receipts/0/tax": "salt", "/through": 5}
    )
    assert {fault.pointer for fault in faults_of(bad)} >= {
        f"{T}/shares/0/ratio_bp",
        f"{T}/caps/0/fen",
        "/receipts/0/tax",
        "/through",
    }


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("1.5", "float"),
        ("NaN", "float"),
        ("1e3", "float"),
        ("-Infinity", "float"),
        ("9" * 5000, "out_of_range"),
    ],
)
def test_a_number_that_is_none_is_refused_where_it_stands(word, code):
    text = json.dumps(document()).replace('"amount_fen": 10000', f'"amount_fen": {word}')
    found = faults_of(parse(text))
    assert [("/receipts/0/amount_fen", code)] == [(fault.pointer, fault.code) for fault in found]
    assert len(found[0].value) < 50


def test_a_key_that_stands_twice_is_refused():
    text = json.dumps(document()).replace(
        '"through": "2020-12"', '"through": "2020-12", "expect": {"a": 1, "a": 2}'
    )
    assert ("/expect", "key_twice") in [(fault.pointer, fault.code) for fault in faults_of(parse(text))]


def test_a_document_that_is_no_object_is_refused():
    assert ("/", "not_an_object") in [(fault.pointer, fault.code) for fault in faults_of([])]
    assert "not an object" in fault_line(Fault("", "/", "not_an_object", "[]"), english=True)
    assert "应为对象" in fault_line(Fault("", "/", "not_an_object", "[]"), english=False)


def test_what_is_just_within_the_limits_is_taken():
    within = {"/posted": {A: 300_000}, f"{T}/clock": {"kind": "fixed", "on": "2018-01-01"}}
    assert work_out(read_case(changed({**within, "/through": "2020-01", "/receipts": []}))).sum_check


def test_a_contract_refuses_itself_too():
    with pytest.raises(InvalidContractError, match="/parties/0/name: unprintable"):
        contract(parties=(Party(code=A, name="a\nb"), Party(code=B)))
    with pytest.raises(InvalidContractError, match="/shares/0/weights: weights_have_no_tiers") as refused:
        Contract(
            **{
                **{name: getattr(contract(), name) for name in ("parties", "origin", "host", "effective_on")},
                "years": 5,
                "shares": (
                    Shares(
                        first_year=1,
                        last_year=5,
                        kind=ShareKind.weights,
                        tiers=(Tier(1, (1, 1)), Tier(None, (1, 1))),
                    ),
                ),
            }
        )
    assert "weights" in fault_line(refused.value.faults[0], english=True)
