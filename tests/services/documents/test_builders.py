"""From what is stored, as its reader may see it, to sheets."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from allocation.lifecycle import State
from allocation.sharing.statement import Direction
from services.agreements.errors import NoSuchAgreement
from services.agreements.schemas import (
    AgreementOut,
    ConfirmationOut,
    Place,
    ProjectRef,
    SignatureOut,
    TermsOut,
    VersionOut,
)
from services.agreements.words import PaperState, Party, SignatureState
from services.documents.cards import MOVES, project_card
from services.documents.papers import agreement_sheet, confirmation_sheet, version_of
from services.documents.statements import period_words, statement_sheet
from services.ledger.states import StatementKind, StatementState
from services.ledger.views import SheetFacts
from services.projects.answers import (
    AuditView,
    FinanceView,
    FloorTerms,
    MoveAnswer,
    OpenView,
    ProposedView,
    SealedView,
)
from services.projects.words import FundKind
from tests.services.documents import factories

MADE = datetime(2027, 1, 15, 20, 0, tzinfo=UTC)
"""The 16th in Shanghai."""
NUMBER = UUID(int=7)


def signature(party: Party, state: SignatureState = SignatureState.checked) -> SignatureOut:
    return SignatureOut(
        id=NUMBER,
        party=party,
        party_name="某",
        signer="首席代表",
        signed_on=date(2027, 1, 20),
        state=state,
        scan_sha256="0" * 64,
        scan_size=1,
        made_at=MADE,
        checked_at=None,
        reason="",
        check="",
    )


def version(number: int, **changes: object) -> VersionOut:
    facts: dict[str, object] = {
        "version": number,
        "state": PaperState.in_force,
        "known": number,
        "imported": False,
        "remark": "",
        "terms": TermsOut.of(factories.terms().to_json()),
        "created_at": MADE,
        "signatures": [],
        "missing": [],
    }
    return VersionOut.model_validate(facts | changes)


def agreement(*versions: VersionOut, **changes: object) -> AgreementOut:
    facts: dict[str, object] = {
        "id": NUMBER,
        "code": "6110-XY-2027-001",
        "project": ProjectRef(id=NUMBER, code="6110-2026-0001", name="某项目"),
        "company_name": "某公司",
        "company_registered_on": date(2027, 1, 16),
        "credit_code": "91611021MA9X0A48UA",
        "investor_name": "某投资方",
        "outside": None,
        "origin": Place(code="611023", name="商南县"),
        "host": Place(code="611021", name="洛南县"),
        "state": PaperState.in_force,
        "live": 1,
        "minutes_no": "市政纪要〔2027〕3号",
        "minutes_on": None,
        "deduction_consent": True,
        "imported": False,
        "ended_on": None,
        "end_reason": "",
        "revision": 1,
        "created_at": MADE,
        "versions": list(versions),
        "actions": [],
    }
    return AgreementOut.model_validate(facts | changes)


def sheet_of(paper: AgreementOut, number: int | None = None):
    return agreement_sheet(
        paper, version_of(paper, number), city="611000", city_name="商洛市", public_url="https://x"
    )


def test_without_a_wish_the_version_in_force_is_printed():
    paper = agreement(version(1), version(2, state="draft", known=None))
    assert sheet_of(paper).version == 1
    assert sheet_of(paper, 2).version == 2
    assert sheet_of(paper, 2).draft
    assert sheet_of(agreement(version(1), version(2), live=None)).version == 2
    with pytest.raises(NoSuchAgreement):
        sheet_of(paper, 3)


def test_a_company_founded_later_does_not_change_what_was_signed():
    signed = sheet_of(agreement(version(1)))
    assert signed.made_on == date(2027, 1, 16)
    assert signed.company_name == "某公司"
    later = sheet_of(agreement(version(1), company_registered_on=date(2027, 1, 17)))
    assert (later.company_name, later.credit_code) == ("", "")
    assert "某公司" not in "".join(later.clauses[0].paragraphs)
    assert sheet_of(agreement(version(1), company_registered_on=None)).company_name == ""


def test_the_code_names_the_terms_and_is_the_same_for_every_reader():
    code = sheet_of(agreement(version(1))).check_code
    masked = agreement(
        version(1),
        project=ProjectRef(id=NUMBER, code="6110-2026-0001", name="青松0001"),
        company_name="",
        credit_code="",
    )
    assert sheet_of(masked).check_code == code
    other = version(1, remark="另议")
    assert sheet_of(agreement(other)).check_code != code
    assert sheet_of(agreement(version(2), live=2)).check_code != code


def test_a_checked_signature_is_dated_and_others_are_not():
    paper = agreement(
        version(1, signatures=[signature(Party.origin), signature(Party.host, SignatureState.uploaded)])
    )
    origin, host, witness = sheet_of(paper).signatures
    assert (origin.signed_on, origin.signer) == (date(2027, 1, 20), "首席代表")
    assert (host.signed_on, witness.signed_on) == (None, None)
    assert [one.party for one in (origin, host, witness)] == [
        "商南县人民政府",
        "洛南县人民政府",
        "商洛市财政局",
    ]


def test_the_confirmations_sheet():
    paper = ConfirmationOut(
        id=NUMBER,
        code="6110-QR-2027-001",
        project=ProjectRef(id=NUMBER, code="6110-2026-0001", name="某项目"),
        origin=Place(code="611023", name="商南县"),
        host=Place(code="611021", name="洛南县"),
        investor_name="某投资方",
        investor_credit_code="91611021MA9X0A48UA",
        state=PaperState.signing,
        signed_on=None,
        created_at=MADE,
        signatures=[signature(Party.investor)],
        missing=[],
        actions=[],
    )
    sheet = confirmation_sheet(paper, city_name="商洛市", public_url="https://x")
    assert sheet.signatures[2].party == "某投资方"
    assert sheet.signatures[2].signed_on == date(2027, 1, 20)
    masked = confirmation_sheet(
        paper.model_copy(update={"investor_name": "某企业"}), city_name="商洛市", public_url="https://x"
    )
    assert masked.check_code == sheet.check_code


def line(**changes: object) -> dict[str, Any]:
    amounts = {"base_fen": 200, "deducted_fen": 20, "shared_fen": 180, "origin_fen": 90, "host_fen": 90}
    facts: dict[str, Any] = {
        "line": 1,
        "direction": "up",
        "agreement": "6110-XY-001",
        "agreement_version": 1,
        "project": "6110-2024-0193",
        "project_name": "某项目",
        "counterparty_name": "商南县",
        "tax": "vat",
        "subject": "10101",
        "year": 2025,
        "agreement_year": 1,
        "ratio_bp": 5000,
        "clock_start": "2025-03-01",
        "earlier": False,
        "causes": [],
        **amounts,
        "cumulative": amounts,
        "before_fen": 40,
        "cap_fen": None,
        "cap_used_fen": 90,
        "fen": 50,
    }
    return facts | changes


def body(**changes: object) -> dict[str, Any]:
    subject = {"direction": "up", "tax": "vat", "tax_subject": "10101", "fen": 50}
    paid = dict.fromkeys(("central_fen", "province_fen", "city_fen", "county_fen"), 100)
    tax = {"agreement": "6110-XY-001", "tax": "vat", "subject": "10101", "year": 2025, "receipts": 2}
    deduction = {
        "agreement": "6110-XY-001",
        "document_no": "21政办〔2025〕46号",
        "paid_on": "2025-11-27",
        "amount_fen": 20,
    }
    facts: dict[str, Any] = {
        "city_name": "商洛市",
        "county_name": "洛南县",
        "engine": "sharing-1",
        "lines": [line()],
        "subjects": [subject],
        "taxes": [tax | paid | {"amount_fen": 400, "refund_fen": 0, "retained_fen": 100}],
        "deductions": [deduction],
    }
    return facts | changes


def facts(**changes: object) -> SheetFacts:
    given: dict[str, Any] = {
        "id": NUMBER,
        "kind": StatementKind.year,
        "number": "JS-611021-2025",
        "version": 1,
        "state": StatementState.issued,
        "county": "611021",
        "period": "2025",
        "known": 9,
        "made_on": date(2027, 1, 15),
        "sha256": "3f9ca21077bde21a" + "0" * 48,
        "check_code": "3f9ca21077bde21a",
        "body": body(),
        "prepared": ("甲", date(2027, 1, 15)),
        "checked": ("乙", date(2027, 1, 15)),
        "reviewed": None,
        "approved": None,
        "confirmed": None,
        "reserved": (),
    }
    return SheetFacts(**(given | changes))


def test_a_statements_sheet_says_its_body():
    sheet = statement_sheet(facts(), "https://x")
    assert sheet.total(Direction.up) == 50
    assert sheet.check_code == "3F9C-A210-77BD-E21A"
    assert sheet.verify == "https://x/verify/JS-611021-2025?code=3F9C-A210-77BD-E21A"
    (row,) = sheet.lines
    assert (row.base, row.cumulative, row.before, row.amount) == (180, 90, 40, 50)
    assert (row.cap, row.cap_used) == (None, None)
    assert "县级留成累计减政策兑现为分享基数：2.00 − 0.20 = 1.80 元" in row.formula
    assert sheet.taxes[0].retained == 100
    assert sheet.deductions[0].year == 2025
    assert (sheet.made_by, sheet.checked_by, sheet.reviewed_by, sheet.approved_by) == ("甲", "乙", "", "")
    assert sheet.hands_on == (date(2027, 1, 15), date(2027, 1, 15), None, None)
    assert (sheet.state, sheet.draft) == ("草稿", True)


def test_what_comes_after_the_issue_changes_nothing_but_reservations():
    approved = ("丁", date(2027, 1, 16))
    issued = statement_sheet(facts(approved=approved), "https://x")
    assert (issued.state, issued.draft, issued.approved_by) == ("已签发", False, "丁")
    for state in (StatementState.confirmed, StatementState.closed, StatementState.superseded):
        after = facts(approved=approved, state=state, confirmed=("县财政", date(2027, 2, 1)))
        assert statement_sheet(after, "https://x") == issued
    doubts = ({"line": 1, "reason": "基数有误", "expected_fen": 12_345}, {"line": None, "reason": "待核"})
    reserved = statement_sheet(facts(approved=approved, reserved=doubts), "https://x")
    assert reserved.reservations == (
        "分享明细第 1 行，认为应为 123.45 元：基数有误",
        "整份结算单：待核",
    )
    assert reserved.doubtful == (1,)
    assert replace(reserved, reservations=(), doubtful=()) == issued
    one_line = facts(approved=approved, reserved=({"line": 2, "reason": "待核", "expected_fen": None},))
    assert statement_sheet(one_line, "https://x").doubtful == ()


def test_a_month_is_computed_and_never_a_draft():
    sheet = statement_sheet(facts(kind=StatementKind.month, period="2025-03"), "https://x")
    assert (sheet.state, sheet.draft, sheet.period) == ("测算", False, "2025年3月")


def test_a_change_of_an_earlier_year_names_its_cause_and_a_cap_its_use():
    row = line(earlier=True, causes=["receipt", "unheard"], cap_fen=1_000)
    (shown,) = statement_sheet(facts(body=body(lines=[row])), "https://x").lines
    assert shown.cause == "税收入库变动、unheard"
    assert (shown.cap, shown.cap_used) == (1_000, 90)


@pytest.mark.parametrize(
    ("period", "words"), [("2025", "2025年"), ("2026Q1", "2026年第一季度"), ("2026-12", "2026年12月")]
)
def test_periods_in_words(period: str, words: str):
    assert period_words(period) == words


def test_what_is_no_period_has_no_words():
    with pytest.raises(ValueError, match="2026Q5"):
        period_words("2026Q5")


MASKED: dict[str, Any] = {
    "id": "abcdefgh",
    "code_name": "青松0001",
    "division": "36",
    "investment_band": "5_to_10",
    "land_band": "100_to_300",
    "land_deadline": date(2027, 6, 18),
    "state": State.pooled,
    "version": 1,
}
EXACT: dict[str, Any] = {
    "industry": "3670",
    "edition": "2017",
    "investment_fen": 52_650_000_000,
    "fixed_investment_fen": 42_120_500_000,
    "land_mu": 10_050,
    "hall_m2": 1_200,
    "energy_tce": 4_947,
    "water_td": 134,
    "cod_kg": 740,
    "output_fen": 0,
    "tax_fen": 0,
}
OPEN: dict[str, Any] = {
    "view": "owner",
    "key": NUMBER,
    "code": "6110-2026-0001",
    "name": "德润融通汽车零部件项目",
    "investor_name": "德润融通汽车实业有限公司",
    "investor_credit_code": "91110000600037341L",
    "investor_registered": "350200",
    "fund_kind": FundKind.province_outside,
    "channel": "以商招商",
    "origin": "611022",
    "host_county": "611002",
    "host_park": "6110P01",
    **{
        name: None
        for name in OpenView.model_fields
        if name.endswith(("_on", "_until")) and name != "registered_on"
    },
    "registered_on": date(2026, 5, 6),
    "pooled_on": date(2026, 11, 17),
}
TERMS = FloorTerms(ratio_bp=3000, years=5, upfront_fen=20_000_000, recall_days=60)
NAMES = {"611022": "丹凤县", "611002": "商州区", "6110P01": "商州区电子信息产业园"}


def card_text(shown: Any, moves: tuple[MoveAnswer, ...] = ()) -> tuple[Any, str]:
    sheet = project_card(shown, moves, NAMES, ref="ref-1", city_name="商洛市", today=date(2027, 1, 15))
    return sheet, repr(sheet)


def move(action: str) -> MoveAnswer:
    return MoveAnswer(
        seq=1,
        action=action,
        from_state=None,
        to_state=State.pooled,
        office="611022",
        name="某",
        on_date=date(2026, 11, 17),
        at=MADE,
        facts={},
    )


def test_an_outsiders_card_has_bands_and_nothing_exact():
    sheet, text = card_text(SealedView(**MASKED))
    assert sheet.masked
    assert (sheet.number, sheet.title) == ("abcdefgh", "青松0001")
    for words in ("5—10 亿元", "100—300 亩", "汽车制造业"):
        assert words in text
    assert "保底" not in text
    assert "526" not in text


def test_a_candidates_card_has_figures_floor_and_no_name():
    _, text = card_text(ProposedView(**MASKED, **EXACT, masked_name="某汽车企业", floor_terms=TERMS))
    for words in ("某汽车企业", "52,650 万元", "42,120.5 万元", "100.5 亩", "740 千克/年", "30%", "60 天"):
        assert words in text
    assert "5—10 亿元" not in text
    assert "德润" not in text


def test_the_auditors_card_is_masked():
    sheet, text = card_text(AuditView(**MASKED, **EXACT, masked_name="某汽车企业"))
    assert sheet.masked
    assert "某汽车企业" in text


def test_the_origins_card_has_everything_and_its_history():
    sheet, text = card_text(OpenView(**MASKED, **EXACT, **OPEN), (move("pool"), move("unheard")))
    assert not sheet.masked
    for words in ("德润融通汽车实业有限公司", "商州区 商州区电子信息产业园", "350200", "2026-11-17", "省际"):
        assert words in text
    assert [event.action for event in sheet.events] == ["入池", "unheard"]
    assert sheet.events[0].by == "丹凤县"
    unhosted = OPEN | {"host_county": None, "host_park": None}
    _, text = card_text(OpenView(**MASKED, **EXACT, **unhosted))
    assert "承接地', value='—'" in text


def test_finance_sees_the_name_alone():
    sheet, text = card_text(FinanceView(name="某项目", investor_name="某投资方"))
    assert sheet.number == "ref-1"
    assert "某投资方" in text
    assert len(sheet.sections) == 1


def test_whole_mu_have_no_decimals_and_cod_stands_in_kilograms():
    exact = EXACT | {"land_mu": 10_000, "cod_kg": 2_000}
    _, text = card_text(AuditView(**MASKED, **exact, masked_name="某"))
    assert "'100 亩'" in text
    assert "'2,000 千克/年'" in text


def test_every_move_has_its_word():
    from allocation.lifecycle import Action

    assert set(Action) <= set(MOVES)


def test_a_paper_of_yesterday_evening_is_dated_in_shanghai():
    early = version(1, created_at=MADE - timedelta(hours=5))
    assert sheet_of(agreement(early)).made_on == date(2027, 1, 15)
