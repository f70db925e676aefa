"""What regions refuse with.

DomainError
├── NotFound
│   ├── NoSuchPark
│   └── NoSuchStock    no such plot or hall
└── Forbidden
    └── NotYourStock   another county's or park's plot or hall
"""

from services.kit.errors import Forbidden, NotFound
from services.kit.i18n import lazy


class NoSuchPark(NotFound):
    """There is no such park."""

    slug = "no-such-park"
    title = lazy("没有这个园区")


class NoSuchStock(NotFound):
    """There is no such plot or hall."""

    slug = "no-such-stock"
    title = lazy("没有这块地或厂房")


class NotYourStock(Forbidden):
    """Only the park, its county and the city's office say what is still true of a plot or hall."""

    slug = "not-your-stock"
    title = lazy("这不是您的园区")
