"""Made-up outlines (示意) for the example city: squares side by side, nobody's boundaries."""

import json
from typing import Any

COUNTIES = ("611002", "611021", "611022", "611023", "611024", "611025", "611026")


def feature(code: str, west: float, south: float, *, size: float = 0.5, key: str = "code") -> dict[str, Any]:
    """A square county."""
    ring = [
        [west, south],
        [west + size, south],
        [west + size, south + size / 2],  # on the way up: a point that says nothing
        [west + size, south + size],
        [west, south + size],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {key: code, "name": "示意"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: dict[str, Any], **more: Any) -> bytes:
    """A file of counties."""
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def sketch() -> bytes:
    """All counties of the example city in two rows."""
    return collection(
        *(feature(code, 109 + place % 4 * 0.5, 33 + place // 4 * 0.5) for place, code in enumerate(COUNTIES))
    )
