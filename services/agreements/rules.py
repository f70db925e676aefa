"""What no agreement may say: less than the floor terms, or a favour to the firm. Pure functions."""

from dataclasses import dataclass
from typing import Final

from allocation.sharing.contract.favours import favours
from allocation.sharing.terms import Terms
from services.kit.errors import FieldError
from services.kit.i18n import lazy


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """保底条件: the least share in basis points, and for how many years."""

    ratio_bp: int
    years: int


def floor_faults(terms: Terms, floor: Floor | None) -> list[FieldError]:
    """Name where terms undercut the floor: a shorter term, or a lower share in one of the floor's years."""
    if floor is None:
        return []
    faults = []
    if terms.years < floor.years:
        faults.append(FieldError("/years", "below_floor", lazy("年限少于首谈地的保底年限")))
    if any(ratio < floor.ratio_bp for ratio in terms.ratios_bp[: floor.years]):
        faults.append(FieldError("/ratios_bp", "below_floor", lazy("分享比例低于首谈地的保底比例")))
    return faults


_FAVOURS: Final = {
    "returned_by_tax": lazy("不得以企业缴纳的税收为依据给予返还、奖励（公平竞争审查条例第十条）"),
    "for_one_firm": lazy("不得对特定经营者给予选择性、差异化的支持（公平竞争审查条例第十条）"),
    "bound_to_place": lazy("不得设置企业不得迁出等不合理退出条件（公平竞争审查条例）"),
}
"""What blocks, by the codes of `allocation.sharing.contract.favours`."""


def favour_faults(text: str) -> list[FieldError]:
    """Name the clauses in free text that favour the firm; spaces, signs and width do not hide one."""
    return [FieldError("/remark", code, _FAVOURS[code]) for code in favours(text)]
