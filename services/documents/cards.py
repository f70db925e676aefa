"""From a project as its reader may see it to a 项目卡. What the view hides is not on the card."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from allocation.figures import mu, percent, wan
from allocation.lifecycle import Action
from services.documents.sheets import CardEvent, CardSection, Fact, ProjectCardSheet
from services.projects.answers import Exact, FinanceView, Masked, MoveAnswer, OpenView
from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, band_by_code, division_label
from services.projects.views import AnyView
from services.projects.words import FUND_KINDS, STATE_LABELS

MOVES: Final = MappingProxyType(
    {
        "register": "登记",
        "import": "导入",
        Action.resubmit: "补正后再报",
        Action.review: "县内审核",
        Action.return_: "退回补正",
        Action.accept: "受理",
        Action.extend: "延长保护",
        Action.release: "保护释放",
        Action.reaccept: "重新受理",
        Action.request_transfer: "申请流转",
        Action.refuse_transfer: "流转不予同意",
        Action.pool: "入池",
        Action.apply: "申领",
        Action.propose: "推荐",
        Action.accept_terms: "接受保底条件",
        Action.commit: "要素承诺",
        Action.step_back: "撤回申领",
        Action.decline: "婉拒",
        Action.choose: "投资方选定",
        Action.refuse_hosts: "投资方均不选",
        Action.hold: "市级审定",
        Action.release_hold: "解除持有",
        Action.recall: "召回",
        Action.sign: "签约",
        Action.sign_own: "首谈地签约",
        Action.contract: "合同",
        Action.incorporate: "注册",
        Action.make_ready: "达到开工条件",
        Action.start: "开工",
        Action.enlist: "纳统",
        Action.complete: "竣工",
        Action.produce: "投产",
        Action.reach_output: "达产",
        Action.fail_to_pool: "落地失败再入池",
        Action.fail_to_origin: "落地失败召回",
        Action.dispute: "争议中止",
        Action.rule: "联席会议裁定",
        Action.resume: "争议了结，恢复原状",
        Action.give_way: "争议了结，让与他方",
        Action.withdraw: "撤回",
        Action.lose: "流失市外",
        Action.end: "协议终止",
    }
)
_DATES: Final = (
    ("registered_on", "登记"),
    ("accepted_on", "受理"),
    ("pooled_on", "入池"),
    ("signed_on", "签约"),
    ("contracted_on", "合同"),
    ("incorporated_on", "注册"),
    ("ready_on", "达到开工条件"),
    ("started_on", "开工"),
    ("counted_on", "纳统"),
    ("completed_on", "竣工"),
    ("produced_on", "投产"),
    ("full_output_on", "达产"),
)


def project_card(
    shown: AnyView,
    moves: Sequence[MoveAnswer],
    names: Mapping[str, str],
    *,
    ref: str,
    city_name: str,
    today: date,
) -> ProjectCardSheet:
    """Make the card of what one person sees of a project.

    Args:
        shown: the project through that person's view.
        moves: the moves that person may read.
        names: regions and parks by code.
        ref: the address under which the person asked, for a view that has no number.
        city_name: the city.
        today: the business date.
    """
    if isinstance(shown, FinanceView):
        section = CardSection(
            title="基本情况",
            facts=(
                Fact(label="项目名称", value=shown.name, wide=True),
                Fact(label="投资方", value=shown.investor_name, wide=True),
            ),
        )
        return ProjectCardSheet(
            number=ref,
            title=shown.name,
            city_name=city_name,
            state="—",
            masked=True,
            sections=(section,),
            events=(),
            verify="",
            made_on=today,
        )
    opened = isinstance(shown, OpenView)
    sections = [CardSection(title="基本情况", facts=_identity(shown, names))]
    if isinstance(shown, Exact):
        sections.append(CardSection(title="投资与要素需求", facts=_exact(shown)))
    terms = getattr(shown, "floor_terms", None)
    if terms is not None:
        sections.append(CardSection(title="保底条件", facts=_floor(terms)))
    if isinstance(shown, OpenView):
        sections.append(CardSection(title="时间节点", facts=_dates(shown)))
    return ProjectCardSheet(
        number=shown.code if isinstance(shown, OpenView) else shown.id,
        title=shown.name if isinstance(shown, OpenView) else shown.code_name,
        city_name=city_name,
        state=STATE_LABELS[shown.state],
        masked=not opened,
        sections=tuple(sections),
        events=tuple(
            CardEvent(
                on=move.on_date,
                action=MOVES.get(move.action, move.action),
                by=names.get(move.office, move.office),
            )
            for move in moves
        ),
        verify="",
        made_on=today,
    )


def _identity(shown: Masked, names: Mapping[str, str]) -> tuple[Fact, ...]:
    common = (
        Fact(label="代号", value=shown.code_name),
        Fact(label="行业", value=division_label(shown.division)),
        Fact(label="最迟供地日期", value=shown.land_deadline.isoformat()),
    )
    if isinstance(shown, OpenView):
        host = names.get(shown.host_county or "", "—")
        park = names.get(shown.host_park or "", "")
        return (
            Fact(label="项目名称", value=shown.name, wide=True),
            Fact(label="投资方", value=shown.investor_name, wide=True),
            Fact(label="统一社会信用代码", value=shown.investor_credit_code),
            Fact(label="投资方注册地", value=names.get(shown.investor_registered, shown.investor_registered)),
            Fact(label="来源渠道", value=shown.channel),
            Fact(label="资金类型", value=FUND_KINDS[shown.fund_kind]),
            Fact(label="首谈单位", value=names.get(shown.origin, shown.origin)),
            Fact(label="承接地", value=f"{host} {park}".strip()),
            *common,
        )
    bands = (
        Fact(label="总投资", value=_band(INVESTMENT_BANDS, shown.investment_band)),
        Fact(label="用地", value=_band(LAND_BANDS, shown.land_band)),
    )
    masked_name = getattr(shown, "masked_name", "")
    who = (Fact(label="投资方", value=masked_name),) if masked_name else ()
    return (*common, *who, *(() if isinstance(shown, Exact) else bands))


def _band(bands: Any, code: str) -> str:
    found = band_by_code(bands, code)
    return found.label if found else code


def _exact(shown: Exact) -> tuple[Fact, ...]:
    return (
        Fact(label="行业代码", value=f"{shown.industry}（GB/T 4754-{shown.edition}）"),
        Fact(label="总投资", value=f"{wan(shown.investment_fen)} 万元"),
        Fact(label="固定资产投资", value=f"{wan(shown.fixed_investment_fen)} 万元"),
        Fact(label="用地需求", value=f"{mu(shown.land_mu)} 亩"),
        Fact(label="厂房需求", value=f"{shown.hall_m2:,} 平方米"),
        Fact(label="年能耗", value=f"{shown.energy_tce:,} 吨标准煤"),
        Fact(label="用水", value=f"{shown.water_td:,} 吨/日"),
        Fact(label="COD", value=f"{shown.cod_kg:,} 千克/年"),
        Fact(label="预计年产值", value=f"{wan(shown.output_fen)} 万元"),
        Fact(label="预计年税收", value=f"{wan(shown.tax_fen)} 万元"),
    )


def _floor(terms: Any) -> tuple[Fact, ...]:
    return (
        Fact(label="保底分享比例", value=percent(terms.ratio_bp)),
        Fact(label="保底年限", value=f"{terms.years} 年"),
        Fact(label="前期费用", value=f"{wan(terms.upfront_fen)} 万元"),
        Fact(label="召回期限", value=f"{terms.recall_days} 天"),
    )


def _dates(shown: OpenView) -> tuple[Fact, ...]:
    days = ((label, getattr(shown, name)) for name, label in _DATES)
    return tuple(Fact(label=label, value=day.isoformat()) for label, day in days if day is not None)
