"""A GeoJSON file of counties (RFC 7946), read strictly: every fault is named, nothing is guessed.

A FeatureCollection of Polygons and MultiPolygons in longitude and latitude; each feature's properties name
the county by its six-digit code as `code`, `adcode` or `行政区划代码`. Other properties are passed over.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.strict_json import BadJson, check
from services.maps.errors import BadMap
from services.maps.shapes import Degrees

MAX_BYTES: Final = 20_000_000
MAX_POINTS: Final = 300_000
MAX_FEATURES: Final = 100
LONGITUDES: Final = (73.0, 136.0)
LATITUDES: Final = (3.0, 54.0)
_CODES: Final = ("code", "adcode", "行政区划代码")
_CLOSED: Final = 4
"""A ring is three corners and the first again."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The rings of one county in degrees, outer ones and holes alike."""

    county: str
    rings: tuple[tuple[Degrees, ...], ...]


class _Fault(Exception):
    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(code)
        self.place = FieldError(pointer, code, detail)


def read_boundaries(content: bytes, counties: Collection[str]) -> list[Boundary]:
    """Read a file of boundaries.

    Args:
        content: the file's bytes.
        counties: codes of the city's counties; no other may stand in the file.

    Raises:
        BadMap: names every feature that cannot be taken, or what is wrong with the file as a whole.
    """
    features = _features(content)
    faults: list[FieldError] = []
    found: dict[str, Boundary] = {}
    points = 0
    for place, feature in enumerate(features):
        try:
            boundary = _boundary(feature, f"/features/{place}")
            _known(boundary.county, counties, found, f"/features/{place}/properties")
            found[boundary.county] = boundary
            points += sum(len(ring) for ring in boundary.rings)
        except _Fault as fault:
            faults.append(fault.place)
    if points > MAX_POINTS:
        faults.append(FieldError("/features", "too-many", lazy("坐标点过多，请先简化（最多 300000 个）")))
    if faults:
        raise BadMap(errors=faults)
    return [found[code] for code in sorted(found)]


def _known(county: str, counties: Collection[str], found: Collection[str], at: str) -> None:
    if county not in counties:
        raise _Fault(at, "unknown", lazy("不是本市的县区代码"))
    if county in found:
        raise _Fault(at, "twice", lazy("同一县区出现两次"))


def _features(content: bytes) -> list[Any]:
    if len(content) > MAX_BYTES:
        raise _whole("too-large", lazy("文件过大（最多 20 MB）"))
    try:
        check(content.removeprefix(b"\xef\xbb\xbf"))
    except BadJson:
        raise _whole("not-json", lazy("不是有效的 JSON 文件（须为 UTF-8）")) from None
    document = json.loads(content.decode("utf-8-sig"))
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise _whole("not-a-collection", lazy("须为 GeoJSON 的 FeatureCollection"))
    if "crs" in document and "CRS84" not in str(document["crs"]) and "4326" not in str(document["crs"]):
        raise _whole("other-coordinates", lazy("坐标须为经纬度（CRS84、EPSG:4326）"))
    features = document.get("features")
    if not isinstance(features, list) or not 0 < len(features) <= MAX_FEATURES:
        raise _whole("features", lazy("features 须有 1 至 100 个县区"))
    return features


def _whole(code: str, detail: str) -> BadMap:
    return BadMap(errors=[FieldError("", code, detail)])


def _boundary(feature: Any, at: str) -> Boundary:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Fault(at, "not-a-feature", lazy("须为 Feature"))
    properties, geometry = feature.get("properties"), feature.get("geometry")
    named = [properties[key] for key in _CODES if key in properties] if isinstance(properties, dict) else []
    if len(named) != 1 or not str(named[0]).isdecimal():
        raise _Fault(
            f"{at}/properties", "no-code", lazy("须有六位行政区划代码（code、adcode 或 行政区划代码）")
        )
    if not isinstance(geometry, dict) or geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        raise _Fault(f"{at}/geometry", "not-a-polygon", lazy("须为 Polygon 或 MultiPolygon"))
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    where = f"{at}/geometry/coordinates"
    rings = tuple(
        _ring(ring, where) for polygon in _listed(polygons, where) for ring in _listed(polygon, where)
    )
    return Boundary(str(named[0]), rings)


def _listed(value: Any, at: str) -> Iterator[Any]:
    if not isinstance(value, list) or not value:
        raise _Fault(at, "no-coordinates", lazy("坐标缺失或不是列表"))
    yield from value


def _ring(value: Any, at: str) -> tuple[Degrees, ...]:
    ring = tuple(_position(position, at) for position in _listed(value, at))
    if len(ring) < _CLOSED or ring[0] != ring[-1]:
        raise _Fault(at, "not-closed", lazy("边界须首尾相接，至少四个点"))
    return ring


def _position(value: Any, at: str) -> Degrees:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:  # noqa: PLR2004 -- with or without a height
        raise _Fault(at, "not-a-position", lazy("坐标须为 [经度, 纬度]"))
    if not all(isinstance(part, int | float) and not isinstance(part, bool) for part in value):
        raise _Fault(at, "not-a-position", lazy("坐标须为 [经度, 纬度]"))
    x, y = float(value[0]), float(value[1])
    if not (LONGITUDES[0] <= x <= LONGITUDES[1] and LATITUDES[0] <= y <= LATITUDES[1]):
        raise _Fault(at, "far-away", lazy("经度须在 73 至 136、纬度须在 3 至 54 之间"))
    return x, y
