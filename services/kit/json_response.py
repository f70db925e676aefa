"""JSON answers by orjson."""

from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from starlette.responses import JSONResponse


def encode(value: Any) -> bytes:
    """Encode a value; asyncpg's own UUID class and pydantic's models are understood."""
    return orjson.dumps(value, default=_default)


def _default(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


class JsonResponse(JSONResponse):
    """An answer in JSON."""

    def render(self, content: Any) -> bytes:
        """Encode the content."""
        return encode(content)
