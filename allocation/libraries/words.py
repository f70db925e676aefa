"""The closed lists of libraries: what they hold, and which facts their rules may ask."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.lifecycle import State

STAGES: Final = frozenset(state.value for state in State)
"""The stages that a rule may name."""


class Objects(StrEnum):
    """What a library holds."""

    planned = "planned"  # 谋划项目
    leads = "leads"  # 线索，尚未签约
    projects = "projects"  # 项目，登记起
    plots = "plots"  # 地块
    halls = "halls"  # 标准厂房
    targets = "targets"  # 目标企业
    investors = "investors"  # 投资方


class FactKind(StrEnum):
    """A fact is a word of a list, a figure, or a day."""

    word = "word"
    figure = "figure"
    day = "day"


class Fact(StrEnum):
    """What a rule may ask. Figures: 万元, 亩, m², pieces."""

    stage = "stage"
    stage_since = "stage_since"
    chain = "chain"
    industry = "industry"
    county = "county"
    fund_kind = "fund_kind"
    mark = "mark"  # 储备库 of the planned projects' file
    land_use = "land_use"
    status = "status"
    investment_wan = "investment_wan"
    land_mu = "land_mu"
    hall_m2 = "hall_m2"
    projects = "projects"
    signed = "signed"
    registered_on = "registered_on"
    accepted_on = "accepted_on"
    pooled_on = "pooled_on"
    land_deadline = "land_deadline"
    signed_on = "signed_on"
    contracted_on = "contracted_on"
    incorporated_on = "incorporated_on"
    ready_on = "ready_on"
    started_on = "started_on"
    counted_on = "counted_on"
    completed_on = "completed_on"
    produced_on = "produced_on"
    full_output_on = "full_output_on"
    verified_on = "verified_on"
    untrue_on = "untrue_on"
    listed_on = "listed_on"
    closed_on = "closed_on"


_WORDS: Final = frozenset(
    {
        *(Fact.stage, Fact.chain, Fact.industry, Fact.county, Fact.fund_kind),
        *(Fact.mark, Fact.land_use, Fact.status),
    }
)
_FIGURES: Final = frozenset({Fact.investment_wan, Fact.land_mu, Fact.hall_m2, Fact.projects, Fact.signed})


def kind_of(fact: Fact) -> FactKind:
    """Return what a fact is."""
    if fact in _WORDS:
        return FactKind.word
    return FactKind.figure if fact in _FIGURES else FactKind.day


_PROJECT: Final = frozenset(
    {
        *(Fact.stage, Fact.stage_since, Fact.chain, Fact.industry, Fact.county, Fact.fund_kind),
        *(Fact.investment_wan, Fact.land_mu, Fact.hall_m2),
        *(Fact.registered_on, Fact.accepted_on, Fact.pooled_on, Fact.land_deadline),
        *(Fact.signed_on, Fact.contracted_on, Fact.incorporated_on, Fact.ready_on, Fact.started_on),
        *(Fact.counted_on, Fact.completed_on, Fact.produced_on, Fact.full_output_on),
    }
)

FACTS: Final[Mapping[Objects, frozenset[Fact]]] = MappingProxyType(
    {
        Objects.planned: frozenset({Fact.mark, Fact.chain, Fact.industry, Fact.county, Fact.investment_wan}),
        Objects.leads: _PROJECT,
        Objects.projects: _PROJECT,
        Objects.plots: frozenset(
            {
                *(Fact.land_use, Fact.status, Fact.county, Fact.land_mu),
                *(Fact.ready_on, Fact.verified_on, Fact.untrue_on),
            }
        ),
        Objects.halls: frozenset(
            {Fact.county, Fact.hall_m2, Fact.ready_on, Fact.verified_on, Fact.untrue_on}
        ),
        Objects.targets: frozenset({Fact.chain, Fact.county, Fact.listed_on, Fact.closed_on}),
        Objects.investors: frozenset(
            {Fact.projects, Fact.signed, Fact.investment_wan, Fact.registered_on, Fact.signed_on}
        ),
    }
)
"""Which facts are known of what."""
