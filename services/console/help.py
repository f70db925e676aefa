"""The help page: of each page one paragraph that says what it does."""

from dataclasses import dataclass
from typing import Final

from services.kit.i18n import lazy


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one page of the menu does."""

    path: str
    title: str
    text: str


CHAPTERS: Final = (
    Chapter(
        "/",
        lazy("我的待办"),
        lazy(
            "列出等您办理的事项。已超期的排在最前，只作提示，不会自动锁住或退回任何项目。点事项即到办理页面。"
        ),
    ),
    Chapter(
        "/pool",
        lazy("项目共享池"),
        lazy(
            "各县区承接不了、愿意流转的线索。外县只看到代号和区间，看不到企业名称、准确投资和首谈地；"
            "接受保底条件以后才揭名，并留下记录。"
        ),
    ),
    Chapter(
        "/projects",
        lazy("我的项目"),
        lazy(
            "本单位登记和承接的项目，以及每个项目现在能做的下一步：受理、申请流转、"
            "申领、承诺、签约和之后的进展。每一步都写入经过，不能删改。"
        ),
    ),
    Chapter(
        "/projects/new",
        lazy("登记线索"),
        lazy(
            "分填写、核对、完成三步。系统会查重：发现可能重复的线索只作提醒并写明先后，不会拒绝登记。"
            "“估算收益”比较流转、自留和流失市外：先列今年的考核计入，再列五年的税收，并写明依据。"
        ),
    ),
    Chapter(
        "/matches",
        lazy("匹配与审定"),
        lazy(
            "对池中全部项目求出总分最高的落位，逐个给出前三名承接地、各项得分，以及每个园区不能承接的全部原因。"
            "结果经独立核验后才保存；选第一名以外的园区须写明理由。"
        ),
    ),
    Chapter(
        "/fairness",
        lazy("县区均衡"),
        lazy(
            "各县区按用地占全市的比例应得多少、近十二个月实得多少，以及本市的上限和下限规则。"
            "每次匹配都列出各条规则让全市少得多少分；逐月监测指出哪个县区长期偏多或偏少。"
            "县区只看到本县区一行。"
        ),
    ),
    Chapter(
        "/parks",
        lazy("园区与用地"),
        lazy(
            "各园区的产业定位、准入下限、净地、可调规用地和标准厂房。"
            "超过 180 天未核实的地块和厂房不参加匹配。"
        ),
    ),
    Chapter(
        "/agreements",
        lazy("利益共享协议"),
        lazy(
            "两地政府之间的分享比例、年限、上限和起算时点。协议变更一律新立一版，旧版保留。"
            "另有三方流转确认书，不写金额。"
        ),
    ),
    Chapter(
        "/packs",
        lazy("分享规则"),
        lazy(
            "各地已公布的利益分享规则：依据哪份文件、条款或公式、可改的设定，以及逐行演算的算例。"
            "供起草协议时参考；未核实的比例和年限都已标明。"
        ),
    ),
    Chapter(
        "/advice",
        lazy("分享建议"),
        lazy(
            "一笔钱不够各方的应得，或几家联合承接得益、合建分担费用时怎样分："
            "七种公认方法并列计算，并指出哪几家会觉得单干更好。只供商量，以双方签署的协议为准。"
        ),
    ),
    Chapter(
        "/receipts",
        lazy("税收入库"),
        lazy("国库入库明细、没有对应项目公司的入库，以及按级次比例计算与国库实际划分的差异。"),
    ),
    Chapter(
        "/statements",
        lazy("结算单"),
        lazy(
            "月度测算单只供参考；年终结算单经编制、出具、双方确认后关账。"
            "每一行都能查到税票和算式。关账以后只能以冲正更改。"
        ),
    ),
    Chapter(
        "/credits",
        lazy("考核计入"),
        lazy(
            "按到位资金和协议的考核指标条款，列出各县区作为首谈地、落地地各计多少；年度认定前为暂计，可以冲回。"
            "年度结束后报备，五部门审查，另一人认定；认定后不再变动。"
        ),
    ),
    Chapter(
        "/imports",
        lazy("数据导入"),
        lazy(
            "用 Excel 或 CSV 导入十五张表。先预览，预览就是将要写入的内容；"
            "有一行不合格就全部不写入，可下载只含错误行的工作簿，改好再导入。"
        ),
    ),
    Chapter(
        "/accounts",
        lazy("账户"),
        lazy("新建、停用账户和重置密码。一个账户只有一个角色、属于一个单位。管理员看不到项目和金额。"),
    ),
)
