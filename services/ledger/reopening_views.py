"""Reopenings, adjustment sheets and recomputations as people read them."""

from collections.abc import Iterable

from auth.money import can_see_statement
from auth.principal import Principal
from services.ledger.adjustment_reading import may_decide, shown_body, shown_lines
from services.ledger.errors import NoSuchStatement
from services.ledger.recompute import Recomputed
from services.ledger.reopening_schemas import (
    AdjustmentSummary,
    AdjustmentView,
    Recomputation,
    RecomputedDifference,
    ReopeningView,
)
from services.ledger.tables import AdjustmentSheet, YearReopening


def may_recompute(principal: Principal) -> None:
    """Let through who sees all of the city's statements: a recomputation names all counties'.

    Raises:
        NoSuchStatement: the person does not.
    """
    if not can_see_statement(principal, ""):
        raise NoSuchStatement


def reopening_view(found: YearReopening) -> ReopeningView:
    """A reopening."""
    return ReopeningView(
        id=found.id,
        year=found.year,
        state=found.state,
        revision=found.revision,
        reason=found.reason,
        words=found.words,
        document_no=found.document_no,
        requested_by=found.requested_name,
        requested_on=found.requested_on,
        decided_by=found.decided_name,
        decided_on=found.decided_on,
        decision=found.decision,
        close_requested_by=found.close_asked_name,
        closed_by=found.closed_name,
        closed_on=found.closed_on,
    )


def adjustment_summaries(principal: Principal, sheets: Iterable[AdjustmentSheet]) -> list[AdjustmentSummary]:
    """The sheets with a line that a person may read, as a list shows them."""
    return [adjustment_summary(principal, one) for one in sheets if shown_lines(principal, one.body["lines"])]


def adjustment_summary(principal: Principal, sheet: AdjustmentSheet) -> AdjustmentSummary:
    """A sheet as a list shows it."""
    body = shown_body(principal, sheet.body)
    return AdjustmentSummary(
        id=sheet.id,
        number=sheet.number,
        state=sheet.state,
        revision=sheet.revision,
        causes=body["causes"],
        document_no=sheet.body["document_no"],
        reason=sheet.body["reason"],
        fen=body["fen"],
        sha256=sheet.body_sha256,
        made_by=sheet.made_name,
        made_on=sheet.made_on,
        decided_by=sheet.decided_name,
        decided_on=sheet.decided_on,
        decision=sheet.decision,
    )


def adjustment_view(principal: Principal, sheet: AdjustmentSheet) -> AdjustmentView:
    """A sheet with its content."""
    return AdjustmentView(
        **adjustment_summary(principal, sheet).model_dump(),
        body=shown_body(principal, sheet.body),
        may_decide=may_decide(principal, sheet),
    )


def recomputation_view(found: Recomputed) -> Recomputation:
    """What a recomputation found."""
    return Recomputation(
        period=found.period,
        runs=found.runs,
        lines=found.lines,
        journals=found.journals,
        statements=found.statements,
        differences=[
            RecomputedDifference(kind=one.kind, name=one.name, detail=one.detail) for one in found.differences
        ],
        passed=found.passed,
    )
