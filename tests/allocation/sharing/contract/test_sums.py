"""No figure passes 2^53 fen: sums that would are refused with their field."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.sharing.contract.case import InvalidCaseError, read_case
from allocation.sharing.contract.outcome import work_out
from allocation.units import FEN_LIMIT
from tests.allocation.sharing.contract.documents import changed, document

T = "/terms/0"
AGAIN = {"ticket": "2", "paid_on": "2020-03-01", "tax": "vat", "amount_fen": 1}
MOST = {"ticket": "1", "paid_on": "2020-03-01", "tax": "vat", "retained_fen": 2**52}
LEVELS = {
    "ticket": "1",
    "paid_on": "2020-03-01",
    "tax": "vat",
    "amount_fen": 0,
    "split": {"central": -(2**52), "province": 0, "city": 2**52, "county": 0},
}
LAND = document()["terms"][0]["land"][0]
CASES = [
    (
        {"/receipts/0/amount_fen": FEN_LIMIT - 1, "/receipts/1": AGAIN},
        "/receipts/1/amount_fen",
    ),
    (
        {"/receipts/0": MOST, "/receipts/1": MOST | {"ticket": "2"}},
        "/receipts/1/retained_fen",
    ),
    (
        {"/receipts/0": LEVELS, "/receipts/1": LEVELS | {"ticket": "2"}},
        "/receipts/1/split/city",
    ),
    (
        {"/incentives/1": {"document_no": "2号", "paid_on": "2020-03-05", "fen": FEN_LIMIT - 100}},
        "/incentives/1/fen",
    ),
    ({f"{T}/entry/before_fen": [FEN_LIMIT - 3, 2, 1]}, f"{T}/entry/before_fen"),
    ({f"{T}/land/1": {**LAND, "mu_hundredths": FEN_LIMIT - 10_050}}, f"{T}/land"),
    (
        {f"{T}/caps": [], f"{T}/guarantees/0/fen": 2**52, "/through": "2021-12"},
        f"{T}/guarantees",
    ),
]


def refused(found):
    with pytest.raises(InvalidCaseError) as error:
        work_out(read_case(found))
    return {(fault.pointer, fault.code) for fault in error.value.faults}


@pytest.mark.parametrize(("changes", "pointer"), CASES)
def test_a_sum_past_the_limit_is_refused_with_its_field(changes, pointer):
    found = refused(changed(changes))
    assert (pointer, "sum_out_of_range") in found
    assert {code for _, code in found} == {"sum_out_of_range"}


def test_one_fen_below_the_limit_is_worked_out():
    last = MOST | {"ticket": "2", "retained_fen": 2**52 - 1}
    most = changed({"/receipts": [MOST, last], f"{T}/caps": [], "/incentives": []})
    assert work_out(read_case(most)).due.base_fen == FEN_LIMIT - 1


def test_payments_and_refunds_are_summed_apart():
    """So no order in which they come can pass the limit on the way."""
    back = {"ticket": "2", "retained_fen": 1 - FEN_LIMIT}
    found = [MOST | {"retained_fen": FEN_LIMIT - 1}, MOST | back]
    assert work_out(read_case(changed({"/receipts": found}))).due.base_fen == 0
    third = MOST | {"ticket": "3", "retained_fen": -1}
    assert refused(changed({"/receipts": [*found, third]})) == {
        ("/receipts/2/retained_fen", "sum_out_of_range")
    }


LARGE = st.sampled_from([1, 2**51, 2**52, FEN_LIMIT - 1]).flatmap(
    lambda most: st.integers(-most, most).map(lambda fen: fen or most)
)
DAYS = st.sampled_from(["2020-01-05", "2020-12-31", "2021-06-30", "2022-12-01"])
PAID = st.lists(st.tuples(DAYS, st.sampled_from(["vat", "cit"]), LARGE), min_size=1, max_size=5)


@settings(max_examples=40)
@given(PAID, st.sampled_from(["floor", "carry", "share"]), st.sampled_from([50, 2**51]))
def test_either_a_sum_is_refused_or_every_figure_is_within_the_limit(paid, negative, guaranteed):
    found = changed({f"{T}/base/negative": negative, f"{T}/guarantees/0/fen": guaranteed, f"{T}/caps": []})
    found |= {"incentives": [], "through": "2022-12", "outside_term": "tell"}
    found["receipts"] = [
        {"ticket": str(place), "paid_on": on, "tax": tax, "retained_fen": fen}
        for place, (on, tax, fen) in enumerate(paid)
    ]
    codes = set()
    try:
        due = work_out(read_case(found)).due
    except InvalidCaseError as error:
        codes = {fault.code for fault in error.faults}
    if codes:
        sums = [sum(max(0, sign * fen) for _, _, fen in paid) for sign in (1, -1)]
        assert codes == {"sum_out_of_range"}
        assert max(sums) >= FEN_LIMIT or guaranteed == 2**51
        return
    figures = [due.base_fen, *due.by_party.values()]
    for line in due.lines:
        figures += [*line.bands, *line.before_cap]
        figures += [fen for part in (line.amounts, line.cumulative) for fen in (*part[:3], *part.parts)]
    assert max(map(abs, figures)) < FEN_LIMIT
