"""The program's own papers hold no clause that it would stop."""

import pytest

from allocation.compliance.clauses import blocking, findings
from allocation.compliance.rules import Beneficiary
from tests.services.documents import factories

BETWEEN_GOVERNMENTS = (
    "双方共建园区",
    "地方留成部分按协议分享",
    "税收入库情况按月提供",
    "项目迁出本市的终止分享",
    "扣除企业享受的产业优惠政策",
    "市级留成返还园区",
    "双方不得向企业返还地方留成",
    "企业享受的政策由乙方兑现，退还的税款冲减基数",
)


@pytest.mark.parametrize("cap_fen", [None, 31_000_000])
def test_the_articles_of_an_agreement_pass(cap_fen: int | None) -> None:
    paper = factories.agreement(cap_fen=cap_fen)
    paragraphs = [text for clause in paper.clauses for text in clause.paragraphs]
    assert len(paragraphs) > 8
    assert any("返还或奖励" in text for text in paragraphs), "the prohibition stands in the agreement"
    for text in paragraphs:
        assert findings(text, Beneficiary.government) == (), text
    assert blocking("".join(paragraphs), Beneficiary.government) == ()


@pytest.mark.parametrize("text", BETWEEN_GOVERNMENTS)
def test_what_governments_agree_among_themselves_passes(text: str) -> None:
    assert blocking(text, Beneficiary.government) == ()
