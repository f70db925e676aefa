"""Closed lists of the entry rules: what is filed, what is measured, how it is tested, what follows."""

from enum import StrEnum


class ProjectKind(StrEnum):
    """What kind of project a filing is of; all but the first lie outside the pool's scope by default."""

    industrial = "industrial"
    infrastructure = "infrastructure"  # 公共基础设施
    real_estate = "real_estate"  # 房地产
    registered_capital = "registered_capital"  # 注册资本金实缴
    state_investment = "state_investment"  # 国家投资
    no_fixed_assets = "no_fixed_assets"  # 无固定资产投入的网点


class EnvironmentClass(StrEnum):
    """The class of a project's environmental assessment: 报告书, 报告表, 登记表."""

    report = "report"
    form = "form"
    registration = "registration"


class Measure(StrEnum):
    """What of a filing a rule looks at."""

    kind = "kind"
    industry = "industry"
    registered = "registered"
    signed = "signed"
    environment = "environment"
    investment = "investment"
    fixed_investment = "fixed_investment"
    intensity = "intensity"
    tax_per_mu = "tax_per_mu"
    energy_per_output = "energy_per_output"


NUMERIC = frozenset(
    {
        Measure.investment,
        Measure.fixed_investment,
        Measure.intensity,
        Measure.tax_per_mu,
        Measure.energy_per_output,
    }
)
"""Measures that are numbers; the others are words of a list."""


class Comparison(StrEnum):
    """How the measured value is tested."""

    at_least = "at_least"
    at_most = "at_most"
    none_of = "none_of"


class Effect(StrEnum):
    """What follows where a rule is not met."""

    refuse = "refuse"
    flag = "flag"


class Outcome(StrEnum):
    """How one rule was answered for one filing."""

    passed = "passed"
    broken = "broken"
    flagged = "flagged"
    unmeasured = "unmeasured"


INSIDE = "inside"
"""The value of `Measure.registered` for a firm that is registered in the city already."""

OUTSIDE = "outside"

SIGNED = "signed"
"""The value of `Measure.signed` for a firm that has a signed project in the city."""

NEW = "new"
