"""The layouts that come with the program: 商洛 as the example, and two made from other cities' mechanisms."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from services.libraries.schemas import LayoutIn

DEFAULT: Final = "shangluo"
"""What holds in a city that has confirmed no layout of its own."""


@cache
def shelf() -> Mapping[str, LayoutIn]:
    """Return the layouts of the program by name."""
    folder = files("services.libraries").joinpath("layouts")
    found = {
        part.name.removesuffix(".json"): LayoutIn.model_validate(json.loads(part.read_text("utf-8")))
        for part in folder.iterdir()
        if part.name.endswith(".json")
    }
    return MappingProxyType(dict(sorted(found.items())))


def built_in(name: str = DEFAULT) -> LayoutIn:
    """Return one of them."""
    return shelf()[name]
