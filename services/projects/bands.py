"""What outsiders see in place of exact figures: bands of investment and land, and the two-digit industry."""

from dataclasses import dataclass
from typing import Final

from services.kit.i18n import lazy

_YI: Final = 10_000_000_000
"""100 million yuan in fen."""
_MU: Final = 100


@dataclass(frozen=True, slots=True)
class Band:
    """A half-open range [low, high); `high` None has no upper end."""

    code: str
    label: str
    low: int
    high: int | None


INVESTMENT_BANDS: Final = (
    Band("under_1", lazy("1 亿元以下"), 0, _YI),
    Band("1_to_5", lazy("1—5 亿元"), _YI, 5 * _YI),
    Band("5_to_10", lazy("5—10 亿元"), 5 * _YI, 10 * _YI),
    Band("10_up", lazy("10 亿元以上"), 10 * _YI, None),
)

LAND_BANDS: Final = (
    Band("none", lazy("不用地（厂房）"), 0, 1),
    Band("under_50", lazy("50 亩以下"), 1, 50 * _MU),
    Band("50_to_100", lazy("50—100 亩"), 50 * _MU, 100 * _MU),
    Band("100_to_300", lazy("100—300 亩"), 100 * _MU, 300 * _MU),
    Band("300_up", lazy("300 亩以上"), 300 * _MU, None),
)


def band_of(bands: tuple[Band, ...], value: int) -> Band:
    """Return the band that a non-negative value falls in."""
    return next(band for band in bands if band.high is None or value < band.high)


def band_by_code(bands: tuple[Band, ...], code: str) -> Band | None:
    """Return a band by its code."""
    return next((band for band in bands if band.code == code), None)


DIVISIONS: Final = {
    "13": lazy("农副食品加工业"),
    "14": lazy("食品制造业"),
    "15": lazy("酒、饮料和精制茶制造业"),
    "16": lazy("烟草制品业"),
    "17": lazy("纺织业"),
    "18": lazy("纺织服装、服饰业"),
    "19": lazy("皮革、毛皮、羽毛及其制品和制鞋业"),
    "20": lazy("木材加工和木、竹、藤、棕、草制品业"),
    "21": lazy("家具制造业"),
    "22": lazy("造纸和纸制品业"),
    "23": lazy("印刷和记录媒介复制业"),
    "24": lazy("文教、工美、体育和娱乐用品制造业"),
    "25": lazy("石油、煤炭及其他燃料加工业"),
    "26": lazy("化学原料和化学制品制造业"),
    "27": lazy("医药制造业"),
    "28": lazy("化学纤维制造业"),
    "29": lazy("橡胶和塑料制品业"),
    "30": lazy("非金属矿物制品业"),
    "31": lazy("黑色金属冶炼和压延加工业"),
    "32": lazy("有色金属冶炼和压延加工业"),
    "33": lazy("金属制品业"),
    "34": lazy("通用设备制造业"),
    "35": lazy("专用设备制造业"),
    "36": lazy("汽车制造业"),
    "37": lazy("铁路、船舶、航空航天和其他运输设备制造业"),
    "38": lazy("电气机械和器材制造业"),
    "39": lazy("计算机、通信和其他电子设备制造业"),
    "40": lazy("仪器仪表制造业"),
    "41": lazy("其他制造业"),
    "42": lazy("废弃资源综合利用业"),
    "43": lazy("金属制品、机械和设备修理业"),
}
"""The divisions of manufacturing (GB/T 4754-2017, two digits)."""

OTHER_DIVISION: Final = lazy("其他行业")


def division_of(industry: str) -> str:
    """Return the two-digit division of a class."""
    return industry[:2]


def division_label(industry: str) -> str:
    """Return the name of a class's division, a message id."""
    return DIVISIONS.get(industry[:2], OTHER_DIVISION)


MASKED_NAMES: Final = {
    "13": lazy("某农副食品企业"),
    "14": lazy("某食品企业"),
    "15": lazy("某酒饮企业"),
    "17": lazy("某纺织企业"),
    "18": lazy("某服装企业"),
    "26": lazy("某化工企业"),
    "27": lazy("某医药企业"),
    "30": lazy("某建材企业"),
    "31": lazy("某钢铁企业"),
    "32": lazy("某有色金属企业"),
    "33": lazy("某金属制品企业"),
    "34": lazy("某装备企业"),
    "35": lazy("某装备企业"),
    "36": lazy("某汽车企业"),
    "38": lazy("某电气企业"),
    "39": lazy("某电子企业"),
    "42": lazy("某资源循环企业"),
}
"""What stands for an investor's name until it is revealed."""

MASKED_NAME: Final = lazy("某企业")


def masked_name(industry: str) -> str:
    """Return what stands for the investor's name, a message id made from the division alone."""
    return MASKED_NAMES.get(industry[:2], MASKED_NAME)
