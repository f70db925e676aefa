"""The help page on what comes before a lead."""

from typing import Final

from services.console.chapter import Chapter
from services.kit.i18n import lazy

BEFORE_A_LEAD: Final = (
    Chapter(
        "/targets",
        lazy("目标企业清单"),
        lazy(
            "市级和各县区想引进的企业、列入理由和跟进单位。县区只看到本单位和市级的清单；"
            "市级统筹部门看到全部，并看到哪些企业被几个县区同时跟进。"
        ),
    ),
    Chapter(
        "/contacts",
        lazy("接触备案"),
        lazy(
            "接触企业以前先备案。同一时段接触同一企业的县区数有上限，超过的可以改期或排队；"
            "只告知个数和到期日，不告知是谁。"
        ),
    ),
    Chapter(
        "/intake",
        lazy("公开受理"),
        lazy(
            "社会公众和投资方不用账户提交的投资意向。市级响应、研判、交县区对接或说明不采纳的理由；"
            "提交人凭查询码查看。联系人只有市级经办人员能看，每次查看留痕，到期删除。"
        ),
    ),
    Chapter(
        "/relocations",
        lazy("市内迁移"),
        lazy("市内企业在县区之间迁移，不作为招商引资项目；达到门槛的，迁入地以上年税收为基数归还迁出地。"),
    ),
)

ENTRY_RULES: Final = Chapter(
    "/entry-rules",
    lazy("准入规则"),
    lazy(
        "报备范围和准入标准的各版：实测值、标准、依据逐条列明。由市级统筹部门新立一版并写明生效日期；"
        "旧版保留，线索按登记当日有效的一版核对。"
    ),
)
