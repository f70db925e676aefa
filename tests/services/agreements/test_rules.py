from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.terms import CreditRule, InvalidTermsError, Method, Terms
from services.agreements.clauses import (
    AgreementFacts,
    agreement_articles,
    confirmation_articles,
    percent,
    wan,
)
from services.agreements.inputs import AgreementInput, spread
from services.agreements.rules import Floor, favour_faults, floor_faults
from tests.services.agreements import factories as make


def terms(*ratios: int, **changes: object) -> Terms:
    facts: dict[str, object] = {
        "method": Method.yearly,
        "origin": "611022",
        "host": "611002",
        "ratios_bp": ratios,
        "years": len(ratios),
        "effective_on": date(2027, 1, 15),
    }
    return Terms(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


FLOOR = Floor(ratio_bp=3000, years=3)


@pytest.mark.parametrize(
    ("ratios", "fields"),
    [
        ((3000, 3000, 3000), []),
        ((5000, 4000, 3000, 1000, 0), []),  # below the floor only after its years
        ((3000, 3000), ["/years"]),
        ((3000, 2999, 3000), ["/ratios_bp"]),
        ((2999,), ["/years", "/ratios_bp"]),
    ],
)
def test_terms_may_not_undercut_the_floor(ratios: tuple[int, ...], fields: list[str]):
    assert [fault.pointer for fault in floor_faults(terms(*ratios), FLOOR)] == fields


def test_a_lead_that_was_not_passed_on_has_no_floor():
    assert floor_faults(terms(0), None) == []


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.integers(0, 10_000), st.integers(0, 8))
def test_the_floor_holds_exactly_when_every_floor_year_reaches_it(ratios: list[int], ratio: int, years: int):
    promised = [ratios[year] if year < len(ratios) else -1 for year in range(years)]
    kept = all(share >= ratio for share in promised)
    assert (floor_faults(terms(*ratios), Floor(ratio_bp=ratio, years=years)) == []) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("对企业实行先征后返", "returned_by_tax"),
        ("即 征 即 退", "returned_by_tax"),
        ("列收列支", "returned_by_tax"),
        ("按税收的50%给予奖励", "returned_by_tax"),
        ("与税收贡献挂钩", "returned_by_tax"),
        ("按地方财力贡献兑现", "returned_by_tax"),
        ("实行一企一策", "for_one_firm"),
        ("五年内不得迁出本县", "bound_to_place"),
        ("承诺注册地五年不迁", "bound_to_place"),
        ("先\u3000征·后_返", "returned_by_tax"),
        ("企业享受地方留成返还50%", "returned_by_tax"),
        ("双方不得拖延，向投资方退还留成", "returned_by_tax"),
    ],
)
def test_a_favour_to_the_firm_is_found_however_it_is_spaced(text: str, code: str):
    assert [fault.code for fault in favour_faults(text)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "双方共建园区",
        "地方留成部分按协议分享",
        "税收入库情况按月提供",
        "项目迁出本市的终止分享",
        "扣除企业享受的产业优惠政策",
        "市级留成返还园区",
        "双方不得向企业返还地方留成",
        "企业享受的政策由乙方兑现，退还的税款冲减基数",
    ],
)
def test_what_governments_agree_among_themselves_is_no_favour(text: str):
    assert favour_faults(text) == []


def facts(agreed: Terms, **changes: object) -> AgreementFacts:
    said: dict[str, object] = {
        "city": "611000",
        "city_name": "商洛市",
        "project_code": "6110-2026-0001",
        "project_name": "某项目",
        "company_name": "",
        "terms": agreed,
        "minutes_no": "",
        "remark": "",
    }
    return AgreementFacts(**(said | changes))  # type: ignore[arg-type] # a test names the fields it means


def text_of(agreed: Terms, **changes: object) -> str:
    return "".join(
        article.heading + "".join(article.paragraphs)
        for article in agreement_articles(facts(agreed, **changes))
    )


def test_the_articles_say_the_terms():
    text = text_of(terms(5000, 4050), company_name="某公司", minutes_no="市政纪要〔2027〕3号", remark="另议")
    for words in (
        "第1年甲方50%、乙方50%；第2年甲方40.5%、乙方59.5%",
        "不设累计上限",
        "县级留成",
        "按零计算，不结转",
        "不计入：滞纳金",
        "项目公司为某公司",
        "依据：市政纪要〔2027〕3号",
        "其他约定：另议",
        "年终扣缴",
    ):
        assert words in text


def test_the_articles_follow_the_terms():
    fixed = terms(3000, 3000, method=Method.fixed, cap_fen=232_000_000, credit_rule=CreditRule.both_full)
    text = text_of(fixed)
    assert "各年甲方分享30%，乙方留存70%" in text
    assert "以232万元为限" in text
    assert "双方各按全额计入" in text
    for words in ("项目公司为", "依据：", "其他约定"):
        assert words not in text
    free = terms(3000, carry_forward=True, deduct_incentives=False, host="611000")
    assert "结转以后年度抵减" in text_of(free)
    assert "不扣除政策兑现" in text_of(free)
    assert "市级留成" in text_of(free)
    split = terms(3000, credit_rule=CreditRule.split_evenly, kinds=tuple(free.kinds))
    assert "各计50%" in text_of(split)


def test_all_kinds_shared_leave_none_out():
    every = (*terms(1).kinds, *terms(1).excluded_kinds)
    assert "不计入" not in text_of(terms(1, kinds=every))


def test_our_own_articles_favour_no_firm():
    for agreed in (terms(5000, 4000), terms(3000, cap_fen=100)):
        promised = text_of(agreed).replace("双方不得以企业缴纳的税收为依据向企业给予返还或奖励。", "")
        assert favour_faults(promised) == []


def test_the_confirmation_speaks_of_no_money():
    articles = confirmation_articles(
        origin_name="丹凤县", host_name="商州区", project_code="6110-2026-0001", project_name="某项目"
    )
    text = "".join("".join(article.paragraphs) for article in articles)
    assert not any(word in text for word in ("元", "%", "分享", "税"))
    assert "丹凤县首谈" in text
    assert "不因此承担不利后果" in text


@pytest.mark.parametrize(
    ("points", "words"), [(5000, "50%"), (3350, "33.5%"), (1, "0.01%"), (10_000, "100%"), (0, "0%")]
)
def test_basis_points_in_words(points: int, words: str):
    assert percent(points) == words


@pytest.mark.parametrize(("fen", "words"), [(31_000_000, "31"), (1_234_500_000, "1,234.5"), (1, "0.000001")])
def test_fen_in_wan(fen: int, words: str):
    assert wan(fen) == words


def test_a_single_ratio_stands_for_all_years():
    assert spread((4000,), 3) == (4000, 4000, 4000)
    assert spread((4000, 3000), 2) == (4000, 3000)
    row = make.row(ratios_bp=(4000,), years=3)
    assert row.terms().ratios_bp == (4000, 4000, 4000)


def test_a_row_and_its_terms_are_inverse():
    row = make.row(method="yearly", ratios_bp=(5000, 4000), years=2, cap_fen=31_000_000, credit_rule="split")
    assert AgreementInput.of(row.code, row.project, row.terms()) == row


def test_a_row_with_bad_terms_makes_none():
    with pytest.raises(InvalidTermsError):
        make.row(host=make.ORIGIN).terms()
