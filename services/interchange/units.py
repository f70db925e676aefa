"""Units that a header may state, and the whole numbers that are stored.

Each dimension has one stored unit (an integer) and a factor for every unit a file may use; conversion is
exact (fractions), and a value that is no whole number of the stored unit is refused, never rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from allocation.units import FEN_PER_WAN, MU_PER_HECTARE, SQUARE_METRES_PER_MU


@dataclass(frozen=True, slots=True)
class Dimension:
    """A kind of quantity.

    Attributes:
        shown: the unit that our own files state.
        smallest: the stored unit in words, for the sentence about too many decimals.
        factors: stored units in one of each unit.
        power: stored units in one shown unit are 10**power.
    """

    shown: str
    smallest: str
    factors: Mapping[str, Fraction]
    power: int


def _dimension(shown: str, smallest: str, power: int, **factors: Fraction | int) -> Dimension:
    exact = {name: Fraction(factor) for name, factor in factors.items()}
    if exact.setdefault(shown, Fraction(10**power)) != 10**power:
        raise ValueError(shown)
    return Dimension(shown, smallest, MappingProxyType(exact), power)


MONEY_WAN: Final = _dimension(
    "万元", "分", 6, 元=100, 千元=100_000, 万元=FEN_PER_WAN, 百万元=100_000_000, 亿元=10_000_000_000, 分=1
)
MONEY_YUAN: Final = Dimension("元", "分", MONEY_WAN.factors, 2)
_HECTARE = 100 * MU_PER_HECTARE
LAND: Final = _dimension(
    "亩",
    "0.01 亩",
    2,
    公顷=_HECTARE,
    平方米=Fraction(100) / SQUARE_METRES_PER_MU,
    平方公里=100 * _HECTARE,
)
_PER_MU = {
    "万元/亩": Fraction(FEN_PER_WAN),
    "元/亩": Fraction(100),
    "亿元/亩": Fraction(10_000 * FEN_PER_WAN),
    "万元/公顷": Fraction(FEN_PER_WAN, MU_PER_HECTARE),
    "元/平方米": 100 * SQUARE_METRES_PER_MU,
    "亿元/平方公里": Fraction(10_000 * FEN_PER_WAN, 100 * MU_PER_HECTARE),
}
MONEY_PER_MU: Final = Dimension("万元/亩", "分/亩", MappingProxyType(_PER_MU), 6)
FLOOR: Final = _dimension("平方米", "平方米", 0, 万平方米=10_000)
HEIGHT: Final = _dimension("米", "厘米", 2, 厘米=1)
_TCE = {"吨标准煤": 1, "万吨标准煤": 10_000, "吨标煤": 1, "万吨标煤": 10_000}
_TCE_YEAR = {f"{name}/年": factor for name, factor in _TCE.items()}
ENERGY: Final = Dimension(
    "吨标准煤/年",
    "吨标准煤",
    MappingProxyType({name: Fraction(factor) for name, factor in (_TCE_YEAR | _TCE).items()}),
    0,
)
ENERGY_PLAIN: Final = Dimension("吨标准煤", "吨标准煤", ENERGY.factors, 0)
WATER: Final = Dimension(
    "吨/日",
    "吨/日",
    MappingProxyType(
        {
            "吨/日": Fraction(1),
            "吨/天": Fraction(1),
            "立方米/日": Fraction(1),
            "立方米/天": Fraction(1),
            "万吨/日": Fraction(10_000),
        }
    ),
    0,
)
COD: Final = Dimension(
    "吨/年",
    "千克/年",
    MappingProxyType(
        {
            "吨/年": Fraction(1000),
            "吨": Fraction(1000),
            "千克/年": Fraction(1),
            "公斤/年": Fraction(1),
            "千克": Fraction(1),
        }
    ),
    3,
)
PERCENT: Final = _dimension("%", "0.01%", 2, **{"%": 100, "‰": 10, "bp": 1})
DAYS: Final = _dimension("天", "天", 0, 日=1)
YEARS: Final = _dimension("年", "年", 0)
RATIO: Final = Dimension("", "0.0001", MappingProxyType({"": Fraction(10_000)}), 4)
COUNT: Final = Dimension("", "1", MappingProxyType({"": Fraction(1)}), 0)
