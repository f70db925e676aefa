"""The fields of the pool's forms."""

from typing import Final

from services.console.project_fields import Field, Kind
from services.entry.words import ENVIRONMENT_CLASSES, PROJECT_KINDS
from services.kit.i18n import lazy
from services.projects.channels import CHANNELS, FILING_REASONS
from services.projects.pool_words import LOSS_REASONS
from services.projects.words import EXITS, FUND_KINDS, TRANSFER_REASONS

REGISTER: Final = (
    Field(name="origin", label=lazy("首谈单位"), kind=Kind.select),
    Field(
        name="channel",
        label=lazy("来源渠道"),
        kind=Kind.select,
        options=tuple((channel, channel) for channel in CHANNELS),
    ),
    Field(
        name="channel_unit",
        label=lazy("引荐单位"),
        required=False,
        hint=lazy("驻外机构、工作队、部门、以商招商和委托招商必填；写单位，不写个人姓名"),
    ),
    Field(
        name="channel_reference",
        label=lazy("渠道编号"),
        required=False,
        hint=lazy("热线和咨询的单号、委托合同号、公开受理编号；这些渠道必填"),
    ),
    Field(
        name="channel_fee_fen",
        label=lazy("委托招商代理费"),
        kind=Kind.wan,
        required=False,
        hint=lazy("委托招商必填，没有约定的填 0"),
    ),
    Field(
        name="filing_reason",
        label=lazy("报备事由"),
        kind=Kind.select,
        options=tuple((reason.value, label) for reason, label in FILING_REASONS.items()),
    ),
    Field(
        name="kind",
        label=lazy("项目类别"),
        kind=Kind.select,
        options=tuple((kind.value, label) for kind, label in PROJECT_KINDS.items()),
        default="industrial",
    ),
    Field(name="name", label=lazy("项目名称")),
    Field(name="investor_name", label=lazy("投资方全称"), hint=lazy("用于查重；其他县区看不到")),
    Field(
        name="investor_credit_code",
        label=lazy("统一社会信用代码"),
        hint=lazy("18 位，按校验位核对"),
    ),
    Field(name="investor_registered", label=lazy("投资方注册地区划代码"), hint=lazy("6 位，如 350200")),
    Field(
        name="fund_kind",
        label=lazy("资金类型"),
        kind=Kind.select,
        options=tuple((kind.value, label) for kind, label in FUND_KINDS.items()),
    ),
    Field(
        name="industry",
        label=lazy("行业"),
        kind=Kind.combobox,
        hint=lazy("国民经济行业分类 2017 版四位小类"),
    ),
    Field(name="investment_fen", label=lazy("总投资"), kind=Kind.wan),
    Field(name="fixed_investment_fen", label=lazy("固定资产投资"), kind=Kind.wan),
    Field(name="land_mu", label=lazy("用地需求"), kind=Kind.mu, default="0", required=False),
    Field(
        name="hall_m2",
        label=lazy("厂房需求"),
        kind=Kind.whole,
        unit=lazy("平方米"),
        default="0",
        required=False,
    ),
    Field(name="energy_tce", label=lazy("年能耗"), kind=Kind.whole, unit=lazy("吨标准煤")),
    Field(name="water_td", label=lazy("用水"), kind=Kind.whole, unit=lazy("吨/日")),
    Field(name="cod_kg", label=lazy("COD 排放"), kind=Kind.whole, unit=lazy("千克/年")),
    Field(name="output_fen", label=lazy("预计年产值"), kind=Kind.wan),
    Field(name="tax_fen", label=lazy("预计年税收"), kind=Kind.wan),
    Field(
        name="environment_class",
        label=lazy("环评类别"),
        kind=Kind.select,
        options=tuple((kind.value, label) for kind, label in ENVIRONMENT_CLASSES.items()),
        required=False,
    ),
    Field(name="first_talk_on", label=lazy("首谈日期"), kind=Kind.date),
    Field(name="land_deadline", label=lazy("最迟供地日期"), kind=Kind.date),
    Field(name="filing_consent_on", label=lazy("投资方同意报备的日期"), kind=Kind.date, required=False),
    Field(
        name="filing_consent_evidence",
        label=lazy("同意报备的佐证"),
        required=False,
        hint=lazy("写明来函、会谈记录等；与日期同时填写"),
    ),
)

TRANSFER: Final = (
    Field(
        name="reason",
        label=lazy("流转原因"),
        kind=Kind.select,
        options=tuple((reason.value, label) for reason, label in TRANSFER_REASONS.items()),
    ),
    Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area, hint=lazy("写明文件名称或文号")),
    Field(name="investor_consent_on", label=lazy("投资方同意流转的日期"), kind=Kind.date),
    Field(
        name="floor_ratio_bp",
        label=lazy("保底分享比例"),
        kind=Kind.percent,
        hint=lazy("首谈地至少分得县级留成的比例，承接方接受后不得再压低"),
    ),
    Field(name="floor_years", label=lazy("保底年限"), kind=Kind.whole, unit=lazy("年")),
    Field(name="upfront_fen", label=lazy("前期费用"), kind=Kind.wan, default="0", required=False),
    Field(
        name="recall_days",
        label=lazy("召回期限"),
        kind=Kind.whole,
        unit=lazy("天"),
        hint=lazy("入池后超过此期限未签约，首谈地可以召回"),
    ),
    Field(name="remark", label=lazy("备注"), kind=Kind.area, required=False),
)

PARK: Final = Field(name="park", label=lazy("园区"), kind=Kind.select)

OFFERED: Final = (
    Field(name="land_mu", label=lazy("可供用地"), kind=Kind.mu, default="0", required=False),
    Field(
        name="hall_m2",
        label=lazy("可供厂房"),
        kind=Kind.whole,
        unit=lazy("平方米"),
        default="0",
        required=False,
    ),
    Field(name="energy_tce", label=lazy("可供能耗"), kind=Kind.whole, unit=lazy("吨标准煤/年")),
    Field(name="water_td", label=lazy("可供水"), kind=Kind.whole, unit=lazy("吨/日")),
    Field(name="cod_kg", label=lazy("可供 COD 容量"), kind=Kind.whole, unit=lazy("千克/年")),
    Field(name="ready_on", label=lazy("可交付日期"), kind=Kind.date),
)

APPLICATION: Final = (
    PARK,
    Field(name="plot", label=lazy("地块编号"), required=False),
    Field(name="hall", label=lazy("厂房编号"), required=False),
    *OFFERED,
    Field(name="remark", label=lazy("备注"), kind=Kind.area, required=False),
)

COMMITMENT: Final = (
    PARK,
    *OFFERED,
    Field(name="promises", label=lazy("对企业的承诺事项"), kind=Kind.area),
    Field(name="finance_review", label=lazy("财政审核意见文号")),
    Field(name="legal_review", label=lazy("合法性审查意见文号")),
)

PROPOSAL: Final = (Field(name="parks", label=lazy("推荐的园区"), kind=Kind.checks),)
TERMS: Final = (PARK,)
STEP_BACK: Final = (PARK,)

CONSENT: Final = (
    Field(name="counties", label=lazy("投资方同意接洽的县区"), kind=Kind.checks),
    Field(name="consented_on", label=lazy("同意日期"), kind=Kind.date),
    Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area, hint=lazy("写明来函或会议记录")),
)

CHOICE: Final = (
    Field(name="park", label=lazy("投资方选择的园区"), kind=Kind.select),
    Field(name="consented_on", label=lazy("选择日期"), kind=Kind.date),
    Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area, hint=lazy("写明确认函")),
)

DECLINE: Final = (
    PARK,
    Field(
        name="reason",
        label=lazy("婉拒原因"),
        kind=Kind.select,
        options=tuple((reason.value, label) for reason, label in EXITS.items()),
    ),
    Field(name="remark", label=lazy("说明"), kind=Kind.area, required=False, hint=lazy("选“其他”时必填")),
)

REASON: Final = Field(name="reason", label=lazy("原因"), kind=Kind.area)
NOTE: Final = Field(
    name="reason",
    label=lazy("原因"),
    kind=Kind.area,
    required=False,
    hint=lazy("其他县区已登记相同或相近的企业时必填，见重复核对"),
)
LOSS: Final = Field(
    name="reason",
    label=lazy("流失原因"),
    kind=Kind.select,
    options=tuple((reason.value, label) for reason, label in LOSS_REASONS.items()),
)
EVIDENCE: Final = Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area)
FILES: Final = Field(
    name="files",
    label=lazy("佐证文件"),
    kind=Kind.checks,
    required=False,
    hint=lazy("先在项目的“佐证文件”页上传，再在这里选用"),
)
MINUTES: Final = Field(name="minutes", label=lazy("会议纪要文号"))
ON_DATE: Final = Field(name="on_date", label=lazy("日期"), kind=Kind.date)
