"""From the two papers as their readers see them to sheets."""

from datetime import date, datetime

from allocation.sharing.terms import Terms
from allocation.units import BasisPoints, Fen
from services.agreements.clauses import AgreementFacts, Article, agreement_articles, confirmation_articles
from services.agreements.comparing import compared
from services.agreements.errors import NoSuchAgreement
from services.agreements.schemas import AgreementOut, ConfirmationOut, SignatureOut, VersionOut
from services.agreements.words import PaperState, Party, SignatureState
from services.documents.codes import content_code, verify_address
from services.documents.sheets import AgreementSheet, Clause, ConfirmationSheet, RatioYear, Signature
from services.kit.clock import BUSINESS_ZONE

WHOLE = 10_000
TEXT_EDITION = "articles-1"
"""The edition of the articles; part of the check code."""

_STATES = {
    PaperState.draft: "草拟",
    PaperState.signing: "签署稿",
    PaperState.in_force: "生效",
    PaperState.amended: "已修订",
    PaperState.ended: "终止",
}
_CAPACITIES = {
    Party.origin: "甲方（首谈地）",
    Party.host: "乙方（落地地）",
    Party.witness: "鉴证方",
    Party.investor: "丙方（投资方）",
}


def version_of(agreement: AgreementOut, number: int | None) -> VersionOut:
    """Choose a version: the one asked for, else the one in force, else the last.

    Raises:
        NoSuchAgreement: there is no version of that number.
    """
    wanted = number or agreement.live or agreement.versions[-1].version
    found = next((version for version in agreement.versions if version.version == wanted), None)
    if found is None:
        raise NoSuchAgreement
    return found


def agreement_sheet(
    agreement: AgreementOut, version: VersionOut, *, city: str, city_name: str, public_url: str
) -> AgreementSheet:
    """Make the sheet of one version of a 利益共享协议."""
    terms = Terms.from_json(version.terms.model_dump(mode="json"))
    made_on = _day(version.created_at)
    # A company founded later does not change what was signed.
    founded = agreement.company_registered_on is not None and agreement.company_registered_on <= made_on
    company = agreement.company_name if founded else ""
    facts = AgreementFacts(
        city=city,
        city_name=city_name,
        project_code=agreement.project.code,
        project_name=agreement.project.name,
        company_name=company,
        terms=terms,
        minutes_no=agreement.minutes_no,
        remark=version.remark,
    )
    clauses = _clauses(agreement_articles(facts))
    # Nothing that an auditor sees masked: the code is the same on every print.
    content = {
        "number": agreement.code,
        "version": version.version,
        "project": agreement.project.code,
        "terms": terms.to_json(),
        "minutes": agreement.minutes_no,
        "remark": version.remark,
        "text": TEXT_EDITION,
    }
    code = content_code("agreement-paper", content)
    parties = (
        (Party.origin, f"{agreement.origin.name}人民政府"),
        (Party.host, f"{agreement.host.name}人民政府"),
        (Party.witness, f"{city_name}财政局"),
    )
    return AgreementSheet(
        number=agreement.code,
        version=version.version,
        state=_STATES[version.state],
        draft=version.state is PaperState.draft,
        city_name=city_name,
        origin_name=agreement.origin.name,
        host_name=agreement.host.name,
        project=agreement.project.code,
        project_name=agreement.project.name,
        company_name=company,
        credit_code=agreement.credit_code if founded else "",
        method=terms.method.zh,
        term_years=terms.years,
        ratios=tuple(
            RatioYear(year=year, origin=BasisPoints(ratio), host=BasisPoints(WHOLE - ratio))
            for year, ratio in enumerate(terms.ratios_bp, start=1)
        ),
        cap=None if terms.cap_fen is None else Fen(terms.cap_fen),
        tax_clock=terms.tax_clock.zh,
        credit_clock=terms.credit_clock.zh,
        credit_rule=terms.credit_rule.zh,
        effective_on=terms.effective_on,
        minutes=agreement.minutes_no,
        clauses=clauses,
        signatures=tuple(_signature(party, name, version.signatures) for party, name in parties),
        check_code=code,
        verify=verify_address(public_url, agreement.code, code),
        made_on=made_on,
        differences=_differences(agreement, version),
    )


def _differences(agreement: AgreementOut, version: VersionOut) -> tuple[tuple[str, str, str], ...]:
    """What a version changed against the one before it, term by term and as a whole in the free text."""
    before = next((one for one in agreement.versions if one.version == version.version - 1), None)
    if before is None:
        return ()
    texts = {one.version: (one.terms.model_dump(mode="json"), one.remark) for one in (before, version)}
    found = compared(agreement.code, texts, before.version, version.version, {}, "zh")
    rows = [(row.label, row.before_text, row.after_text) for row in found.rows if row.changed]
    if before.remark != version.remark:
        rows.append(("其他约定", before.remark or "—", version.remark or "—"))
    return tuple(rows)


def confirmation_sheet(paper: ConfirmationOut, *, city_name: str, public_url: str) -> ConfirmationSheet:
    """Make the sheet of a 三方流转确认书."""
    clauses = _clauses(
        confirmation_articles(
            origin_name=paper.origin.name,
            host_name=paper.host.name,
            project_code=paper.project.code,
            project_name=paper.project.name,
        )
    )
    content = {
        "number": paper.code,
        "project": paper.project.code,
        "origin": paper.origin.code,
        "host": paper.host.code,
        "text": TEXT_EDITION,
    }
    code = content_code("confirmation-paper", content)
    parties = (
        (Party.origin, f"{paper.origin.name}人民政府"),
        (Party.host, f"{paper.host.name}人民政府"),
        (Party.investor, paper.investor_name),
    )
    return ConfirmationSheet(
        number=paper.code,
        state=_STATES[paper.state],
        draft=False,
        city_name=city_name,
        origin_name=paper.origin.name,
        host_name=paper.host.name,
        investor_name=paper.investor_name,
        investor_credit_code=paper.investor_credit_code,
        project=paper.project.code,
        project_name=paper.project.name,
        clauses=clauses,
        signatures=tuple(_signature(party, name, paper.signatures) for party, name in parties),
        check_code=code,
        verify=verify_address(public_url, paper.code, code),
        made_on=_day(paper.created_at),
    )


def _clauses(articles: tuple[Article, ...]) -> tuple[Clause, ...]:
    return tuple(Clause(heading=article.heading, paragraphs=article.paragraphs) for article in articles)


def _signature(party: Party, name: str, signatures: list[SignatureOut]) -> Signature:
    """The place of a side, with the day of its checked signature; the scan itself is the legal act."""
    signed = [one for one in signatures if one.party is party and one.state is SignatureState.checked]
    return Signature(
        party=name,
        capacity=_CAPACITIES[party],
        signed_on=signed[0].signed_on if signed else None,
        signer=signed[0].signer if signed else "",
    )


def _day(moment: datetime) -> date:
    return moment.astimezone(BUSINESS_ZONE).date()
