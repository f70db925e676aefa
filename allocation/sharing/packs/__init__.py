"""Published rules of sharing, each a file of data with source and worked examples: `*.json` beside this."""

from allocation.sharing.packs.pack import (
    Example,
    Law,
    LawName,
    Pack,
    PackError,
    PackKind,
    PackSetting,
    Source,
    read_pack,
)
from allocation.sharing.packs.proof import differences, formula_differences, resolved

__all__ = [
    "Example",
    "Law",
    "LawName",
    "Pack",
    "PackError",
    "PackKind",
    "PackSetting",
    "Source",
    "differences",
    "formula_differences",
    "read_pack",
    "resolved",
]
