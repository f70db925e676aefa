"""Entry rules: every rule answered with its measured value; golden cases by hand, laws by hypothesis."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.entry import (
    DEFAULT_RULES,
    Comparison,
    Effect,
    EnvironmentClass,
    Filing,
    Measure,
    Outcome,
    ProjectKind,
    Rule,
    broken,
    examine,
    is_inside,
)

WAN = 1_000_000
GOOD = Filing(
    kind=ProjectKind.industrial,
    industry="3963",
    inside=False,
    signed=False,
    environment=EnvironmentClass.form,
    investment_fen=20_000 * WAN,
    fixed_investment_fen=12_000 * WAN,
    land_mu=60_00,
    energy_tce=5_000,
    output_fen=30_000 * WAN,
    tax_fen=900 * WAN,
)


def outcomes(filing: Filing) -> dict[str, Outcome]:
    return {finding.rule.code: finding.outcome for finding in examine(filing, DEFAULT_RULES)}


def test_a_good_filing_passes_all_and_tells_its_figures():
    found = examine(GOOD, DEFAULT_RULES)
    assert {finding.outcome for finding in found} == {Outcome.passed}
    measured = {finding.rule.measure: finding.measured for finding in found}
    # 12,000 / 60 = 200 万元/亩; 900 / 60 = 15 万元/亩; 5,000 / 30,000 = 1/6 tce a 万元.
    assert measured[Measure.intensity] == 200
    assert measured[Measure.tax_per_mu] == 15
    assert measured[Measure.energy_per_output] == Fraction(1, 6)
    assert measured[Measure.industry] == "3963"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": ProjectKind.infrastructure}, "excluded_kinds"),
        ({"kind": ProjectKind.real_estate}, "excluded_kinds"),
        ({"kind": ProjectKind.registered_capital}, "excluded_kinds"),
        ({"kind": ProjectKind.state_investment}, "excluded_kinds"),
        ({"kind": ProjectKind.no_fixed_assets}, "excluded_kinds"),
        ({"industry": "7010"}, "real_estate_industry"),
        ({"industry": "3110"}, "forbidden_industries"),
        ({"inside": True}, "relocation"),
        ({"signed": True}, "signed_before"),
        ({"investment_fen": 10_000 * WAN - 1}, "investment_floor"),
        ({"fixed_investment_fen": 6_000 * WAN - 1}, "fixed_floor_manufacturing"),
        ({"industry": "6531", "fixed_investment_fen": 3_000 * WAN - 1}, "fixed_floor_data"),
    ],
)
def test_what_lies_outside_the_scope_is_refused(change: dict[str, object], code: str):
    filing = replace(GOOD, **change)  # type: ignore[arg-type] # a case names the fields it means
    assert code in {finding.rule.code for finding in broken(examine(filing, DEFAULT_RULES))}


def test_on_the_threshold_it_passes():
    edge = replace(GOOD, investment_fen=10_000 * WAN, fixed_investment_fen=6_000 * WAN)
    assert not broken(examine(edge, DEFAULT_RULES))
    data = replace(GOOD, industry="6531", fixed_investment_fen=3_000 * WAN)
    assert not broken(examine(data, DEFAULT_RULES))


def test_what_is_weighed_is_flagged_and_what_is_not_said_is_unmeasured():
    poor = replace(GOOD, land_mu=300_00, energy_tce=20_000, environment=EnvironmentClass.report)
    found = outcomes(poor)
    flagged = {"intensity_floor", "tax_floor", "energy_ceiling", "environment_report"}
    assert {code for code, outcome in found.items() if outcome is Outcome.flagged} == flagged
    silent = outcomes(replace(GOOD, land_mu=0, output_fen=0, environment=None))
    assert {code for code, outcome in silent.items() if outcome is Outcome.unmeasured} == flagged


@given(st.integers(0, 10**15), st.integers(0, 10**6), st.integers(1, 10**4))
def test_a_floor_is_compared_exactly(fixed_fen: int, land: int, threshold: int):
    rule = Rule(
        code="floor",
        measure=Measure.intensity,
        comparison=Comparison.at_least,
        threshold=Fraction(threshold),
        effect=Effect.refuse,
        citation="x",
    )
    [found] = examine(replace(GOOD, fixed_investment_fen=fixed_fen, land_mu=land), [rule])
    if land == 0:
        assert found.outcome is Outcome.unmeasured
    else:
        # 万元 a mu: fen / 1,000,000 over hundredths / 100.
        assert (found.outcome is Outcome.passed) == (fixed_fen >= threshold * land * 10_000)


def test_a_firm_of_the_city_is_known_by_its_place_or_its_code():
    assert is_inside("611000", "91110000600037341L", "611002")
    assert is_inside("611000", "91611026MA70XXXX00", "350200")
    assert not is_inside("611000", "91110000600037341L", "610100")
