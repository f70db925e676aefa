"""The closed lists that only the tables and pages of tracking need."""

from enum import StrEnum


class SponsorRole(StrEnum):
    """五个一: what each project has one of."""

    leader = "leader"  # 一名领导包抓
    department = "department"  # 一个部门牵头
    team = "team"  # 一个专班服务
    plan = "plan"  # 一套方案推进
    butler = "butler"  # 一名专员代办


class CoordinationKind(StrEnum):
    """What a sponsor did."""

    visit = "visit"  # 走访
    meeting = "meeting"  # 协调会
    settled = "settled"  # 解决问题


class Occasion(StrEnum):
    """After what a large project is looked at again."""

    signing = "signing"  # 签约后
    production = "production"  # 投产后


class Finding(StrEnum):
    """What a review found."""

    as_agreed = "as_agreed"  # 与约定相符
    slower = "slower"  # 进度滞后
    smaller = "smaller"  # 投资或产出缩水
    idle = "idle"  # 停滞
    changed = "changed"  # 内容变更


class CultivationStage(StrEnum):
    """What becomes of a firm that produces."""

    cultivated = "cultivated"  # 在库培育
    above_scale = "above_scale"  # 规上


class ReviewOutcome(StrEnum):
    """What the review of a county's promises says."""

    affordable = "affordable"  # 可以承受
    watch = "watch"  # 关注
    reduce = "reduce"  # 须调减
