"""What libraries refuse with.

DomainError
├── Forbidden
│   └── LayoutNotYours      only the city's office publishes and confirms
├── SamePerson              (kit) the maker does not confirm
├── Stale                   (kit) another version came first
├── NotFound
│   ├── NoSuchLibrary       the layout in force has none of this key
│   └── NoSuchLayout        there is no such version
├── Conflict
│   └── LayoutConfirmed     it was confirmed before
└── Invalid
    ├── BadLayout           a document that cannot be; `errors` names the places
    ├── LayoutNotJson       a file that is no JSON document
    └── BadLibraryDay       a day that has not come
"""

from services.kit.errors import Conflict, Forbidden, Invalid, NotFound
from services.kit.i18n import lazy


class LayoutNotYours(Forbidden):
    """Only the city's office publishes and confirms layouts."""

    slug = "layouts-are-the-citys"
    title = lazy("库表布局由市级统筹部门发布和确认")


class NoSuchLibrary(NotFound):
    """The layout in force has no library of this key."""

    slug = "no-such-library"
    title = lazy("没有这个库")


class NoSuchLayout(NotFound):
    """There is no such version of the layout."""

    slug = "no-such-layout"
    title = lazy("没有这一版布局")


class LayoutConfirmed(Conflict):
    """The version was confirmed before."""

    slug = "layout-confirmed"
    title = lazy("这一版布局已经确认")


class BadLayout(Invalid):
    """A layout that cannot be, or that does not fit the city's data; each place stands in `errors`."""

    slug = "bad-layout"
    title = lazy("布局文件有误")


class LayoutNotJson(Invalid):
    """The file is no JSON document, or too long; the place is named (line 0: too long)."""

    slug = "layout-not-json"
    title = lazy("布局文件不是 JSON 文件，或超过 256 KB")
    detail = lazy("读到第 {line} 行第 {column} 列为止")


class BadLibraryDay(Invalid):
    """Libraries tell of days that have come."""

    slug = "bad-library-day"
    title = lazy("日期不能晚于今天")
