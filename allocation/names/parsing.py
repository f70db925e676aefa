"""A company's name taken apart: place, 字号 (core), what it does, legal form, branch.

After the rules for enterprise names (企业名称登记管理规定 §6): 行政区划 + 字号 + 行业 + 组织形式; the
place may also stand in brackets behind the core, or nowhere. Names are read from both ends; what
neither end explains is the core.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from allocation.names import places, vocabulary
from allocation.names.script import written

_BRACKET: Final = re.compile(r"\(([^()]*)\)")
SHORTEST_CORE: Final = 2
_KNOWN: Final = (*vocabulary.WORDS, *vocabulary.GROUP)
_COUNT: Final = re.compile(
    r"第?([0-9一二三四五六七八九十甲乙丙丁]+)(?=公司|厂|分|建|局|工|期|$)|第([0-9一二三四五六七八九十]+)"
)

Places = frozenset[str]
NO_PLACES: Final[Places] = frozenset()


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A name's parts, each written the one way.

    Attributes:
        places: places at the head, in brackets, or before a branch, in this order.
        core: the 字号.
        trade: what stands between core and legal form.
        words: `trade` and the words at the core's end, cut into known words.
        fields: lines of work that the words name (`vocabulary.FIELD_OF`).
        counts: what counts the firms of a family (第一).
        group: whether it calls itself head of others.
        branch: whether it is a part of a firm.
        form: the legal form, empty where none is written.
    """

    places: tuple[str, ...]
    core: str
    trade: str
    words: frozenset[str]
    fields: frozenset[int]
    counts: str
    group: bool
    branch: bool
    form: str

    @property
    def trunk(self) -> str:
        """Core and trade: what is left when place and legal form are taken away."""
        return self.core + self.trade

    @property
    def is_short(self) -> bool:
        """Whether it is no full name: without a legal form, or with 股份 alone."""
        return self.form in {"", "股份"}


@lru_cache(maxsize=65_536)
def parse(name: str, own_places: Places = NO_PLACES) -> CompanyName:
    """Take a name apart.

    Args:
        name: as it was typed.
        own_places: short names of the city's own counties, beside provinces and prefectures.
    """
    text = written(name)
    found: list[str] = []
    branch = False
    for inside in _BRACKET.findall(text):
        found += _places_of(inside, own_places)
    text = _without_brackets(text, own_places)
    counts = "".join(one or other for one, other in _COUNT.findall(text))
    text, was_branch = _cut(text, vocabulary.BRANCHES)
    if was_branch:
        branch = True
        text, behind = _branch_place(text, own_places)
        found += behind
    text, form = _cut(text, vocabulary.FORMS)
    head, text = _head(text, own_places)
    text, _more = _cut(text, vocabulary.FORMS) if not form else (text, "")
    text, behind = _tail(text, own_places)
    found += behind
    text, group = _cut(text, vocabulary.GROUP)
    core, words = _core(text)
    return CompanyName(
        places=(*head, *(place for place in found if place not in head)),
        core=core,
        trade=text[len(core) :],
        words=frozenset(words),
        fields=frozenset(vocabulary.FIELD_OF[word] for word in words if word in vocabulary.FIELD_OF),
        counts=counts,
        group=bool(group) or "集团" in form or "集团" in words or "控股" in words,
        branch=branch,
        form=form,
    )


def _cut(text: str, ends: tuple[str, ...]) -> tuple[str, str]:
    """Cut off the first end that the text has and is longer than."""
    for end in ends:
        if text.endswith(end) and len(text) > len(end):
            return text[: -len(end)], end
    return text, ""


def _is_place(word: str, own_places: Places) -> bool:
    return word in places.PLACES or word in own_places


def _place_at(text: str, own_places: Places) -> tuple[str, int]:
    """Return the place at the head of a text and how many characters it takes; longest first."""
    for length in range(min(places.LONGEST, len(text)), 1, -1):
        if _is_place(text[:length], own_places):
            unit = next((unit for unit in places.UNITS if text[length:].startswith(unit)), "")
            return text[:length], length + len(unit)
    return "", 0


def _places_of(text: str, own_places: Places) -> list[str]:
    """Return the places that a text is made of; none where anything else stands in it."""
    found = []
    while text:
        place, length = _place_at(text, own_places)
        if not length:
            return []
        found.append(place)
        text = text[length:]
    return found


def _without_brackets(text: str, own_places: Places) -> str:
    """Drop brackets that hold a place, a group or a legal form; keep other content without its brackets."""
    known = {*vocabulary.GROUP, *vocabulary.FORMS}

    def kept(found: re.Match[str]) -> str:
        inside = found[1]
        if _places_of(inside, own_places) or (inside in known and inside not in vocabulary.GROUP):
            return ""
        return inside

    return _BRACKET.sub(kept, text).replace("(", "").replace(")", "")


def _branch_place(text: str, own_places: Places) -> tuple[str, list[str]]:
    """Cut the place of a branch off behind the firm's legal form (某某有限公司洛南)."""
    for form in vocabulary.FORMS[:7]:
        place = text.rfind(form)
        if place > 0:
            end = place + len(form)
            return text[:end], _places_of(text[end:], own_places)
    for length in range(places.LONGEST, 1, -1):
        if len(text) > length + SHORTEST_CORE and _is_place(text[-length:], own_places):
            return text[:-length], [text[-length:]]
    return text, []


def _head(text: str, own_places: Places) -> tuple[list[str], str]:
    """Cut the places at the head off, as long as a core is left."""
    found: list[str] = []
    while True:
        place, length = _place_at(text, own_places)
        if not length or len(text) - length < SHORTEST_CORE:
            return found, text
        # 商洛 stays the core of 商洛新材料: what is left must not be words alone.
        if _core(text[length:])[0] in vocabulary.WORDS:
            return found, text
        found.append(place)
        text = text[length:]


def _tail(text: str, own_places: Places) -> tuple[str, list[str]]:
    """Cut a place off the end where a known word stands before it (某某实业集团西安)."""
    for length in range(places.LONGEST, 1, -1):
        before, place = text[:-length], text[-length:]
        if len(before) > SHORTEST_CORE and _is_place(place, own_places) and before.endswith(_KNOWN):
            return before, [place]
    return text, []


def _core(text: str) -> tuple[str, list[str]]:
    """Cut known words off the end; what is left is the core, and at least two characters of it stay."""
    words: list[str] = []
    end = len(text)
    while end > SHORTEST_CORE:
        for length in range(min(vocabulary.LONGEST, end - SHORTEST_CORE), 0, -1):
            if text[end - length : end] in vocabulary.WORDS:
                words.append(text[end - length : end])
                end -= length
                break
        else:
            break
    return text[:end], words
