"""What figures there are, by their codes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.reports.spec import Spec
from services.reports.specs_beside import BESIDE
from services.reports.specs_projects import PROJECTS

SCORED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contract_rate.count": "score_weight_contract",
        "registration_rate.count": "score_weight_registration",
        "ready_rate.count": "score_weight_ready",
        "start_rate.count": "score_weight_start",
        "goal_signed_100m.count": "score_weight_signed",
        "goal_funds.amount": "score_weight_funds",
    }
)
"""What the year's score is made of, each with the setting that holds its weight."""


SPECS: Final[Mapping[str, Spec]] = MappingProxyType({spec.code: spec for spec in (*PROJECTS, *BESIDE)})
"""Every figure by its code, in reading order."""
