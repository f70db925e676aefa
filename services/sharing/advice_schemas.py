"""What is asked of the rules of fair division and what they answer, over HTTP."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from allocation.sharing.advice.case import AdviceMethod

Figure = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": 'a whole number, or an exact text such as "3.25" or "100/3"',
            "anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 64}],
        }
    ),
]
"""Read and refused by `allocation.sharing.advice`, so that the place of a fault is the figure's own."""


class AdviceForm(BaseModel):
    """A question: an estate and claims, or the values or costs of every group of parties, and the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: AdviceMethod
    estate: Figure = None
    claims: dict[str, Figure] | None = None
    values: dict[str, Figure] | None = None
    costs: dict[str, Figure] | None = None
    disagreement: dict[str, Figure] | None = None


class AdviceAnswer(BaseModel):
    """A share a party as an exact fraction, and whether no group could do better on its own."""

    model_config = ConfigDict(frozen=True)

    method: AdviceMethod
    shares: dict[str, str]
    in_core: bool
