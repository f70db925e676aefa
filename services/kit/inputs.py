"""What bodies of requests are made of: models that take nothing unknown, and fields that many have."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class Strict(BaseModel):
    """An input: nothing unknown, nothing coerced."""

    model_config = ConfigDict(extra="forbid", strict=True)
