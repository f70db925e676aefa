"""The help page on what follows the signing."""

from typing import Final

from services.console.chapter import Chapter
from services.kit.i18n import lazy

TRACKING: Final = (
    Chapter(
        "/tracking",
        lazy("项目跟踪"),
        lazy(
            "在谈未签约、签约未开工、开工未建成三本台账，逐项列出在本阶段的天数，可筛选、按县区合计、下载。"
            "每个项目有调度清单：事项、时限、责任单位、责任人。报办结须有佐证，另一人核实后销号；"
            "核实不实的退回，已销号的也可以重新打开。超期只作提示。另有领导包抓、受阻因素、重大项目回看和阶段责任部门。"
        ),
    ),
    Chapter(
        "/outings",
        lazy("外出招商"),
        lazy(
            "每周张榜：各单位党政主要领导、分管领导、招商部门本周和本月外出招商天数，与要求天数对照，一天只计一次。"
            "各单位登记自己的外出；拜访了哪些企业，只有本单位和市级看得到。登记错误的撤销，记录保留。"
        ),
    ),
    Chapter(
        "/promises",
        lazy("承诺台账"),
        lazy(
            "承接地在要素承诺中写明的每笔资金：金额、年度、来源和已兑现数，按年度与本县区财力的上限对照，防范政府违约。"
            "兑现和财力由本级财政凭材料登记，市级财政或统筹部门的另一人审核。超过上限只作提示。"
        ),
    ),
)
