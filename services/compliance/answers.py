"""What goes out: a host's records of compliance, and what each clause cites."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from allocation.compliance.rules import Beneficiary, ClauseRule, Weight
from services.compliance.cases import Case, Found
from services.compliance.words import (
    Body,
    Conclusion,
    ExceptionGround,
    ItemKind,
    Missing,
    OpinionKind,
    OpinionOutcome,
    Source,
    TextSource,
)


class Answer(BaseModel):
    """What goes out: fixed once made."""

    model_config = ConfigDict(frozen=True)


class ItemAnswer(Answer):
    """One promise."""

    seq: int
    kind: ItemKind
    what: str
    beneficiary: Beneficiary
    amount_fen: int | None
    quantity: int | None
    unit: str
    year: int
    source: Source
    condition: str


class SheetAnswer(Answer):
    """A list of promises. `total_fen`: the sum of its amounts."""

    id: UUID
    seq: int
    by_name: str
    on_date: date
    total_fen: int
    items: tuple[ItemAnswer, ...]


class OpinionAnswer(Answer):
    """What finance, or legal review, found."""

    kind: OpinionKind
    outcome: OpinionOutcome
    number: str
    opinion: str
    by_name: str
    on_date: date


class FairReviewAnswer(Answer):
    """A fair-competition review. `due_again`: its 复审日 has come."""

    drafting_unit: str
    basis: str
    conclusion: Conclusion
    exception_ground: ExceptionGround | None
    exception_article: str
    no_less_harmful: str
    until: date | None
    reviewed_on: date
    review_again_on: date
    due_again: bool
    by_name: str


class MinutesAnswer(Answer):
    """The minutes of the collective decision."""

    body: Body
    number: str
    held_on: date
    subject: str
    by_name: str


class FindingAnswer(Answer):
    """A found clause: where it stands, the passage marked by `start` and `end`, and the article cited."""

    source: TextSource
    number: int
    text: str
    text_sha256: str
    beneficiary: Beneficiary
    rule: ClauseRule
    weight: Weight
    article: str
    passage: str
    start: int
    end: int
    stops: bool
    clearance: UUID | None
    reason: str
    by_name: str
    agreed: bool | None
    answered_by: str
    answer: str


class ComplianceAnswer(Answer):
    """A host's records on a project. `missing`: what keeps the city from deciding for this host."""

    project: str
    county: str
    park: str
    hosts: tuple[str, ...]
    letter: str
    sheet: SheetAnswer | None
    opinions: tuple[OpinionAnswer, ...]
    review: FairReviewAnswer | None
    minutes: MinutesAnswer | None
    findings: tuple[FindingAnswer, ...]
    missing: tuple[Missing, ...]


def compliance_answer(case: Case) -> ComplianceAnswer:
    """Show a host's records."""
    return ComplianceAnswer(
        project=case.project.public_id,
        county=case.letter.county,
        park=case.letter.park,
        hosts=tuple(letter.county for letter in case.letters),
        letter=case.letter.promises,
        sheet=_sheet(case),
        opinions=tuple(
            OpinionAnswer(
                kind=row.kind,
                outcome=row.outcome,
                number=row.number,
                opinion=row.opinion,
                by_name=row.by_name,
                on_date=row.on_date,
            )
            for kind in OpinionKind
            if (row := case.opinions.get(kind)) is not None
        ),
        review=_review(case),
        minutes=None
        if case.minutes is None
        else MinutesAnswer(
            body=case.minutes.body,
            number=case.minutes.number,
            held_on=case.minutes.held_on,
            subject=case.minutes.subject,
            by_name=case.minutes.by_name,
        ),
        findings=tuple(_finding(item) for item in case.found),
        missing=case.missing,
    )


def _sheet(case: Case) -> SheetAnswer | None:
    if case.sheet is None:
        return None
    return SheetAnswer(
        id=case.sheet.id,
        seq=case.sheet.seq,
        by_name=case.sheet.by_name,
        on_date=case.sheet.on_date,
        total_fen=sum(item.amount_fen or 0 for item in case.items),
        items=tuple(
            ItemAnswer(
                seq=item.seq,
                kind=item.kind,
                what=item.what,
                beneficiary=item.beneficiary,
                amount_fen=item.amount_fen,
                quantity=item.quantity,
                unit=item.unit,
                year=item.year,
                source=item.source,
                condition=item.condition,
            )
            for item in case.items
        ),
    )


def _review(case: Case) -> FairReviewAnswer | None:
    row = case.review
    if row is None:
        return None
    return FairReviewAnswer(
        drafting_unit=row.drafting_unit,
        basis=row.basis,
        conclusion=row.conclusion,
        exception_ground=row.exception_ground,
        exception_article=row.exception_article,
        no_less_harmful=row.no_less_harmful,
        until=row.until,
        reviewed_on=row.reviewed_on,
        review_again_on=row.review_again_on,
        due_again=row.review_again_on <= case.today,
        by_name=row.by_name,
    )


def _finding(item: Found) -> FindingAnswer:
    given, answer = item.clearance, item.answer
    return FindingAnswer(
        source=item.text.source,
        number=item.text.number,
        text=item.text.text,
        text_sha256=item.text.sha256,
        beneficiary=item.text.beneficiary,
        rule=item.finding.rule,
        weight=item.finding.weight,
        article=item.finding.article,
        passage=item.finding.passage,
        start=item.finding.start,
        end=item.finding.end,
        stops=item.stops,
        clearance=None if given is None else given.id,
        reason="" if given is None else given.reason,
        by_name="" if given is None else given.by_name,
        agreed=None if answer is None else answer.agreed,
        answered_by="" if answer is None else answer.by_name,
        answer="" if answer is None else answer.reason,
    )
