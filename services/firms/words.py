"""Closed lists of firms' names."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.names import Alike
from services.kit.i18n import lazy


class SubjectKind(StrEnum):
    """Of what a name is the name."""

    project = "project"  # the investor of a project
    company = "company"  # the company that a project founded
    alias = "alias"  # another name of the firm with a credit code


class NameKind(StrEnum):
    """What a name is to its firm."""

    current = "current"
    former = "former"
    short = "short"
    subsidiary = "subsidiary"
    parent = "parent"


RELATIVES: Final = frozenset({NameKind.subsidiary, NameKind.parent})
"""Names of another firm of the same group: never the same firm."""

NAME_KINDS: Final[Mapping[NameKind, str]] = MappingProxyType(
    {
        NameKind.current: lazy("现用名称"),
        NameKind.former: lazy("曾用名称"),
        NameKind.short: lazy("简称"),
        NameKind.subsidiary: lazy("子公司"),
        NameKind.parent: lazy("母公司"),
    }
)
ALIKE_WORDS: Final[Mapping[Alike, str]] = MappingProxyType(
    {
        Alike.credit_code: lazy("统一社会信用代码相同"),
        Alike.identical: lazy("名称相同，只有写法不同"),
        Alike.alias: lazy("与已备案的曾用名称、简称或关联企业相符"),
        Alike.branch: lazy("同一企业的分支机构"),
        Alike.place: lazy("字号和行业相同，地名不同"),
        Alike.short_name: lazy("一方是另一方的简称"),
        Alike.group: lazy("字号相同，一方是集团"),
        Alike.related: lazy("字号相同，行业相近"),
        Alike.sound: lazy("只差同音字"),
        Alike.shape: lazy("只差形近字"),
        Alike.slip: lazy("只差一处多字、少字或错位"),
        Alike.nothing: lazy("不相似"),
    }
)
"""What makes two names alike, in words."""
