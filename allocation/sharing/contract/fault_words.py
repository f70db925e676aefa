"""Faults in words: one line each, with the clause, the field and the value."""

from typing import Final

from allocation.sharing.contract.faults import Fault
from allocation.sharing.contract.favours import ARTICLE_EN, ARTICLE_ZH
from allocation.sharing.contract.texts import shown

_CLAUSES_ZH: Final = {
    "parties": "各方",
    "origin": "首谈地",
    "host": "落地地",
    "effective_on": "生效日",
    "years": "年限",
    "clock": "起算",
    "base": "基数",
    "shares": "比例",
    "grace": "免分享期",
    "caps": "上限",
    "floors": "保底",
    "guarantees": "保证",
    "entry": "准入",
    "clawback": "退还",
    "credits": "考核",
    "land": "用地指标",
    "floor_terms": "保底条件",
    "other": "其他约定",
    "version": "版本",
    "receipts": "入库",
    "levels": "分成表",
    "incentives": "政策兑现",
    "events": "事件",
    "posted": "已入账",
    "indicators": "指标",
    "through": "计算月份",
    "expect": "预期",
    "terms": "条款",
    "city": "市级",
    "format": "格式",
    "title": "标题",
    "source": "出处",
    "illustrative": "示例",
    "outside_term": "年限之外",
    "change": "变更",
    "year_basis": "年度",
    "follows": "依据",
}

WORDS: Final = {
    "missing": ("缺少", "missing"),
    "unknown_field": ("没有这一字段", "no such field"),
    "unknown_format": ("格式不识别", "unknown format"),
    "key_twice": ("字段重复", "the field stands twice"),
    "float": ("不得为小数或非数", "floats and NaN are not allowed"),
    "not_an_object": ("应为对象", "not an object"),
    "not_a_list": ("应为列表", "not a list"),
    "not_text": ("应为文字", "not text"),
    "unprintable": ("含有换行或不可显示的字符", "line breaks or characters that cannot be shown"),
    "empty": ("为空", "empty"),
    "not_true_or_false": ("应为 true 或 false", "not true or false"),
    "not_whole": ("应为整数", "not a whole number"),
    "not_a_day": ("应为日期（2025-03-31）", "not a day such as 2025-03-31"),
    "not_a_month": ("应为月份（2025-03）", "not a month such as 2025-03"),
    "unknown_word": ("不在规定用语之内", "not one of the allowed words"),
    "out_of_range": ("超出范围", "out of range"),
    "sum_out_of_range": ("合计达到或超过 2^53", "the sum is 2^53 or more"),
    "empty_or_repeated": ("为空或重复", "empty or repeated"),
    "too_few": ("至少两方", "at least two parties are needed"),
    "not_a_code": ("不是代码", "not a code"),
    "named_twice": ("重复", "named twice"),
    "unknown_party": ("不是本协议的一方", "no party of the agreement"),
    "same_as_origin": ("与首谈地相同", "the same as the origin"),
    "no_treasury_by_kind": ("部门、驻外局和工作队没有国库", "a department, outpost or team has no treasury"),
    "no_treasury": ("无国库的一方不分资金，只计考核", "without a treasury it earns credit, never money"),
    "firm": (f"企业不得受益（{ARTICLE_ZH}）", f"a firm may not benefit ({ARTICLE_EN})"),
    "returned_by_tax": (
        f"不得按税收返还奖励企业（{ARTICLE_ZH}）",
        f"tax is not returned ({ARTICLE_EN})",
    ),
    "for_one_firm": (
        f"不得优待特定经营者（{ARTICLE_ZH}）",
        f"no favour to one firm ({ARTICLE_EN})",
    ),
    "bound_to_place": (f"不得限制企业迁出（{ARTICLE_ZH}）", f"no firm is bound to a place ({ARTICLE_EN})"),
    "only_of_a_fixed_clock": (
        "固定日期起算的须有日期，其他不得有",
        "only a fixed clock has a day",
    ),
    "one_way_to_split": ("比例、权重、分档三者取一", "exactly one of ratio_bp, weights, tiers"),
    "outside_the_term": ("超出年限", "outside the term"),
    "end_before_start": ("终止早于开始", "the end is before the start"),
    "years_overlap": ("年度重叠", "years overlap"),
    "years_missing": ("年度缺失", "years are missing"),
    "only_the_last_without_end": (
        "只有最后一档不设上限",
        "the last tier, and only it, is without end",
    ),
    "not_rising": ("应逐个递增", "not rising"),
    "weights_have_no_tiers": ("权重不分档", "weights have no tiers"),
    "no_whole": ("合计不是 10000", "does not sum to 10000"),
    "all_zero": ("权重全为零", "all weights are zero"),
    "host_keeps_the_rest": ("落地地留存其余部分，不设上限", "the host keeps the rest and has no cap"),
    "not_three_years": ("应为三个年度", "three years are needed"),
    "pays_itself": ("双方相同", "it would pay itself"),
    "payer_has_a_least_of_its_own": ("付款方自身也有保底", "the payer has a floor or guarantee of its own"),
    "above_the_cap": ("高于每年上限", "above the yearly cap"),
    "not_split": ("各方比例合计应为 10000", "the parts must sum to 10000"),
    "not_full": ("应为 1 或 0，至少一方为 1", "parts must be 1 or 0, at least one 1"),
    "not_single": ("应只有一方为 1", "exactly one part must be 1"),
    "below_floor_terms": ("低于保底条件", "below the floor terms"),
    "below_what_is_posted": ("低于已入账金额", "below what is already posted"),
    "only_of_a_merger": ("只用于合并", "only of a merger"),
    "amount_or_retained": ("入库金额与留成金额二者取一", "exactly one of amount_fen and retained_fen"),
    "not_the_amount": ("分级合计不等于入库金额", "the levels do not sum to the amount"),
    "ticket_twice": ("同一税票同一版次内容不同", "the ticket stands twice with the same revision"),
    "not_the_hosts_treasury": ("不是落地地国库", "not the host's treasury"),
    "no_level_share": (
        "分成表没有该国库该税种当日的分成",
        "the level table has none for that day",
    ),
    "before_effective": ("在协议生效之前", "before the agreement took effect"),
    "after_term": ("在分享年限之外", "after the agreement's term"),
    "after_end": ("在协议终止之后", "after the agreement ended"),
    "not_expected": ("与预期不符", "not as expected"),
}


def fault_line(fault: Fault, *, english: bool) -> str:
    """Say a fault in one line, with a question mark for what cannot be shown of a field or value."""
    zh, en = WORDS[fault.code]
    pointer, value = shown(fault.pointer), shown(" ".join(fault.value.split()))
    if english:
        clause = f" [{shown(fault.clause)}]" if fault.clause else ""
        return f"{pointer}{clause}: {en}: {value}"
    name = _CLAUSES_ZH.get(fault.clause, shown(fault.clause))
    clause = f"【{name}】" if name else ""
    return f"{pointer}{clause}：{zh}：{value}"
