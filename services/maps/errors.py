"""What the map refuses with.

DomainError
├── NotFound
│   └── NoSuchCity    there is no such city to load a map for
└── Invalid
    └── BadMap        a file of boundaries that cannot be taken; every fault is named with its place
"""

from services.kit.errors import Invalid, NotFound
from services.kit.i18n import lazy


class BadMap(Invalid):
    """The file of boundaries is not what a map is made of."""

    slug = "bad-map"
    title = lazy("地图文件不符合要求")


class NoSuchCity(NotFound):
    """A map is loaded for a city that there is."""

    slug = "no-such-city"
    title = lazy("没有这座城市")
