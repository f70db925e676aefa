"""How the pairs of `benchmarks.names` are drawn: each kind has its own way of writing a name otherwise."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pypinyin import Style, pinyin

from benchmarks.name_words import CHARACTERS, COUNTIES, FORMS, GENERIC, LOOK, OLD_STYLE, PLACES, TRADES


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, whether they are one firm's (or group's), of which kind, and a recorded alias, if any."""

    one: str
    other: str
    alike: bool
    kind: str
    alias: str = ""
    """A name that is on record for the firm of `other`."""


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up firm."""

    place: str
    core: str
    trade: str
    generic: str
    form: str

    @property
    def name(self) -> str:
        """The name in the usual order."""
        return self.place + self.core + self.trade + self.generic + self.form


class Names:
    """Draws names and pairs; `held_out` tells which half of the characters is used."""

    def __init__(self, seed: int, *, held_out: bool) -> None:
        self.draw = random.Random(f"{seed}/{held_out}")
        known = sorted(set(CHARACTERS))
        self.characters = known[held_out::2]

    def core(self, *, wide: bool = False) -> str:
        """Draw a core of two to four characters; a wide one from all common characters."""
        length = self.draw.choices((2, 3, 4), (55, 20, 25))[0]
        return "".join(self.draw.sample(COMMON if wide else self.characters, length))

    def firm(self, *, wide: bool = False) -> Made:
        """Draw a firm."""
        draw = self.draw
        trade = draw.choice(TRADES)
        core = self.core(wide=wide)
        return Made(draw.choice(PLACES), core, trade, draw.choice(GENERIC), draw.choice(FORMS))

    def pairs(self, count: int) -> list[Pair]:
        """Draw pairs, as many alike as not, evenly over the kinds."""
        found = []
        for alike, kinds in ((True, ALIKE), (False, UNLIKE)):
            for number in range(count // 2):
                kind, make = kinds[number % len(kinds)]
                one, other, alias = make(self)
                found.append(Pair(one, other, alike, kind, alias))
        return found

    def other_character(self, character: str, fits: Callable[[str, str], bool]) -> str:
        """Draw a common character that fits as another's replacement; empty where there is none."""
        fitting = [other for other in COMMON if other != character and fits(character, other)]
        return self.draw.choice(fitting) if fitting else ""


def _common() -> list[str]:
    """The 3,755 common characters of GB 2312."""
    found = []
    for row in range(0xB0, 0xD8):
        for column in range(0xA1, 0xFF):
            try:
                found.append(bytes((row, column)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


COMMON: Final = _common()
_SOUND: Final = dict(zip(COMMON, (found[0] for found in pinyin(list(COMMON), Style.NORMAL)), strict=True))
Made3 = tuple[str, str, str]


def _same_sound(one: str, other: str) -> bool:
    return one in _SOUND and _SOUND[one] == _SOUND[other]


def _far(one: str, other: str) -> bool:
    """Another character of names that neither sounds nor looks like the first."""
    seen = {LOOK.get(one), *(key for key, value in LOOK.items() if value == one)}
    return other in CHARACTERS and _SOUND.get(one) != _SOUND[other] and other not in seen


def _replaced(names: Names, text: str, fits: Callable[[str, str], bool]) -> str:
    """Replace one character; the text itself where no character has a fitting one."""
    places = list(range(len(text)))
    names.draw.shuffle(places)
    for place in places:
        other = names.other_character(text[place], fits)
        if other:
            return text[:place] + other + text[place + 1 :]
    return text


def _again(made: Made, **changes: str) -> str:
    facts = {name: getattr(made, name) for name in ("place", "core", "trade", "generic", "form")}
    return Made(**(facts | changes)).name


def _short(names: Names) -> Made3:
    made = names.firm()
    core = made.core
    ways = [
        core + made.trade,
        core + made.trade + made.generic,
        core + "股份",
        made.place + core + made.trade,
        core,
    ]
    if len(core) == 4:  # noqa: PLR2004 -- four characters are shortened to two
        ways.append(core[0] + core[2] + made.trade)
    return names.draw.choice(ways), made.name, ""


def _old(names: Names) -> Made3:
    made, before = names.firm(), names.firm()
    return before.name, made.name, _again(before, form="有限公司", place="")


def _subsidiary(names: Names) -> Made3:
    made, county = names.firm(), names.draw.choice(COUNTIES)
    ways = [
        _again(made, place=county, form="有限公司"),
        made.core + f"（{county}）" + made.trade + made.generic + "有限公司",
        made.place + made.core + made.trade + made.generic + "有限公司" + county + "分公司",
        made.place + made.core + "集团有限公司",
        made.place + made.core + "控股集团有限公司",
        _again(made, place=county, generic="", form="有限公司"),
    ]
    return names.draw.choice(ways), made.name, ""


def _recorded(names: Names) -> Made3:
    made, child = names.firm(), names.firm()
    return child.name, made.name, child.name


def _by_sound(names: Names) -> Made3:
    made = names.firm()
    if names.draw.random() < 0.75 or len(made.trade) < 2:  # noqa: PLR2004 -- a quarter errs in the trade
        return _again(made, core=_replaced(names, made.core, _same_sound)), made.name, ""
    return _again(made, trade=_replaced(names, made.trade, _same_sound)), made.name, ""


def _by_shape(names: Names) -> Made3:
    while True:
        made = names.firm()
        places = [place for place, character in enumerate(made.core) if character in LOOK]
        if places:
            place = names.draw.choice(places)
            core = made.core[:place] + LOOK[made.core[place]] + made.core[place + 1 :]
            return _again(made, core=core), made.name, ""


def _slip(names: Names) -> Made3:
    while True:
        made = names.firm()
        whole = made.core + made.trade
        place = names.draw.randrange(len(whole) - 1)
        if len(made.core) > 2 or place >= len(made.core):  # noqa: PLR2004 -- two characters bear no loss
            if names.draw.random() < 0.5:  # noqa: PLR2004 -- half drop a character, half swap two
                wrong = whole[:place] + whole[place + 1 :]
            else:
                wrong = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
            if wrong != whole:
                return _again(made, core=wrong, trade=""), made.name, ""


def _traditional(names: Names) -> Made3:
    while True:
        made = names.firm()
        other = "".join(OLD_STYLE.get(character, character) for character in made.name)
        if other != made.name:
            return other, made.name, ""


def _moved(names: Names) -> Made3:
    made = names.firm()
    place = made.place or names.draw.choice(COUNTIES)
    rest = made.trade + made.generic
    ways = [
        f"{made.core}（{place}）{rest}{made.form}",
        f"{made.core}{rest}（{place}）{made.form}",
        f"{place}{'省' if place in {'陕西', '江苏', '广东'} else '市'}{made.core}{rest}{made.form}",
    ]
    return names.draw.choice(ways), _again(made, place=place), ""


def _form(names: Names) -> Made3:
    made = names.firm()
    ways = ("", "公司", "集团有限公司", "有限责任公司", "股份有限公司")
    return _again(made, form=names.draw.choice(ways)), made.name, ""


def _written(names: Names) -> Made3:
    made = names.firm()
    wide = made.name.replace("有限公司", "（有限公司）")
    ways = [
        " ".join(made.name),
        wide,
        made.name + "　",
        f"“{made.name}”",
        made.place + "·" + _again(made, place=""),
    ]
    return names.draw.choice(ways), made.name, ""


def _family(names: Names) -> Made3:
    made = names.firm()
    one, other = names.draw.sample(["一", "二", "三", "四", "五"], 2)
    ways = [("第" + one, "第" + other), ("城东", "城西"), ("城南", "城北"), (one + "厂", other + "厂")]
    first, second = names.draw.choice(ways)
    if first.startswith("城"):
        return _again(made, core=made.core + first), _again(made, core=made.core + second), ""
    if first.startswith("第"):
        return _again(made, trade=first + made.trade), _again(made, trade=second + made.trade), ""
    return _again(made, form=first), _again(made, form=second), ""


def _other_line(names: Names) -> Made3:
    made = names.firm()
    trades = ("光伏", "茶业", "物流", "餐饮", "软件", "建筑工程", "家具", "医疗器械", "水泥", "纺织")
    first, second = names.draw.sample(trades, 2)
    return _again(made, trade=first), _again(made, trade=second, place=names.draw.choice(PLACES)), ""


def _other_core(names: Names) -> Made3:
    made = names.firm()
    return _again(made, core=names.core()), made.name, ""


def _one_character(names: Names) -> Made3:
    made = names.firm()
    return _again(made, core=_replaced(names, made.core, _far)), made.name, ""


def _near_core(names: Names) -> Made3:
    while True:
        made = names.firm()
        kept = names.draw.randrange(len(made.core))
        core = names.core()
        if len(core) > kept:
            core = core[:kept] + made.core[kept] + core[kept + 1 :]
            apart = sum(map(str.__ne__, core, made.core)) + abs(len(core) - len(made.core))
            if apart > 1 and not core.startswith(made.core) and not made.core.startswith(core):
                return _again(made, core=core), made.name, ""


def _longer_core(names: Names) -> Made3:
    while True:
        made = names.firm()
        if len(made.core) == 2:  # noqa: PLR2004 -- a third character makes another core of two
            return _again(made, core=made.core + names.draw.choice(names.characters)), made.name, ""


ALIKE: Final[Sequence[tuple[str, Callable[[Names], Made3]]]] = (
    ("short_name", _short),
    ("old_name", _old),
    ("subsidiary", _subsidiary),
    ("recorded_subsidiary", _recorded),
    ("sound", _by_sound),
    ("shape", _by_shape),
    ("slip", _slip),
    ("traditional", _traditional),
    ("place_moved", _moved),
    ("legal_form", _form),
    ("writing", _written),
)
UNLIKE: Final[Sequence[tuple[str, Callable[[Names], Made3]]]] = (
    ("family", _family),
    ("other_line", _other_line),
    ("other_core", _other_core),
    ("one_character", _one_character),
    ("near_core", _near_core),
    ("longer_core", _longer_core),
)
