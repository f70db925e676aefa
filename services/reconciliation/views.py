"""From what reconciling knows to what the API shows."""

from collections import Counter
from collections.abc import Mapping, Sequence

from allocation.sharing.base import Split
from allocation.sharing.reconciling import Band, Side
from auth.principal import Principal
from services.reconciliation.answers import Answered
from services.reconciliation.comparing import Row
from services.reconciliation.differences import Aged, may_explain, may_resolve
from services.reconciliation.incentives import IncentiveRow
from services.reconciliation.levels import LevelCheck
from services.reconciliation.schemas import (
    AnswerView,
    ComparedView,
    DifferenceDetails,
    DifferencesView,
    DifferenceView,
    EventView,
    IncentiveView,
    LevelRow,
    LevelsTable,
    LevelTicket,
    SheetSummary,
    SheetView,
    SidesView,
    SplitView,
    StatedView,
)
from services.reconciliation.stating import StatedBatch
from services.reconciliation.tables import TaxDifferenceEvent


def sides_view(figures: Mapping[Side, int | None]) -> SidesView:
    """Show the four figures."""
    return SidesView(
        computed_fen=figures[Side.computed] or 0,
        host_fen=figures[Side.host],
        origin_fen=figures[Side.origin],
        treasury_fen=figures[Side.treasury],
    )


def stated_view(done: StatedBatch) -> StatedView:
    """Show what was stored."""
    return StatedView(
        batch=done.batch.id,
        rows=done.rows,
        changed=done.changed,
        paid_fen=done.paid_fen,
        refund_fen=done.refund_fen,
        differences_moved=done.moved,
    )


def compared_view(row: Row) -> ComparedView:
    """Show one place of the comparison."""
    place, kept = row.compared.place, row.difference
    return ComparedView(
        agreement=place.agreement,
        origin=row.agreement.origin,
        host=row.agreement.host,
        month=place.month,
        tax=place.tax,
        figures=sides_view(row.compared.figures),
        spread_fen=row.compared.spread_fen,
        difference=kept.id if kept else None,
        state=kept.state if kept else None,
    )


def difference_view(one: Aged) -> DifferenceView:
    """Show a difference as it stands."""
    kept = one.difference
    return DifferenceView(
        id=kept.id,
        agreement=one.agreement.code,
        origin=one.agreement.origin,
        host=one.agreement.host,
        tax=kept.tax,
        month=kept.month,
        number=kept.number,
        opened_on=kept.opened_on,
        days=one.days,
        band=one.band,
        state=kept.state,
        seq=kept.seq,
        figures=sides_view(kept.figures),
        reason=kept.reason,
        words=kept.words,
    )


def differences_view(rows: Sequence[Aged]) -> DifferencesView:
    """Show differences with their number by band."""
    counts = Counter(row.band for row in rows)
    return DifferencesView(
        items=[difference_view(row) for row in rows], bands={band: counts[band] for band in Band}
    )


def difference_details(
    principal: Principal, one: Aged, events: Sequence[TaxDifferenceEvent]
) -> DifferenceDetails:
    """Show a difference with its history."""
    return DifferenceDetails(
        **dict(difference_view(one)),
        events=[_event(event) for event in events],
        may_explain=may_explain(principal, one),
        may_resolve=may_resolve(principal, one),
    )


def _event(event: TaxDifferenceEvent) -> EventView:
    return EventView(
        seq=event.seq,
        action=event.action,
        figures=sides_view({side: getattr(event, f"{side.value}_fen") for side in Side}),
        reason=event.reason,
        words=event.words,
        by_name=event.by_name,
        office=event.office,
        on_date=event.on_date,
    )


def sheet_summary(one: Answered) -> SheetSummary:
    """Show a 对账单 in a list."""
    sheet = one.sheet
    return SheetSummary(
        id=sheet.id,
        number=sheet.number,
        version=sheet.version,
        period=sheet.period,
        counties=[sheet.county_a, sheet.county_b],
        sha256=sheet.body_sha256,
        made_on=sheet.made_on,
        differing=sheet.body["totals"]["differing"],
        unresolved=sheet.body["totals"]["unresolved"],
        acknowledged_by=sorted(one.acknowledged_by),
        settled=one.settled,
    )


def sheet_view(one: Answered) -> SheetView:
    """Show a 对账单 whole."""
    return SheetView(
        **dict(sheet_summary(one)),
        body=one.sheet.body,
        answers=[
            AnswerView(
                county=answer.county,
                action=answer.action,
                words=answer.words,
                by_name=answer.by_name,
                on_date=answer.on_date,
            )
            for answer in one.answers
        ],
        newest=one.newest,
        may_acknowledge=one.may_acknowledge,
        may_note=one.newest and one.answering is not None,
    )


def incentive_view(row: IncentiveRow) -> IncentiveView:
    """Show an incentive; its firm is not named."""
    return IncentiveView(
        id=row.id,
        agreement=row.agreement.code,
        origin=row.agreement.origin,
        host=row.agreement.host,
        document_no=row.document_no,
        voucher=row.voucher,
        revision=row.revision,
        paid_on=row.paid_on,
        amount_fen=row.amount_fen,
        action=row.action,
        words=row.words,
        checked_by=row.checked_by,
        checked_on=row.checked_on,
        flags=list(row.flags),
        may_check=row.may_check,
    )


def _split(split: Split) -> SplitView:
    return SplitView(
        central_fen=split.central,
        province_fen=split.province,
        city_fen=split.city,
        county_fen=split.county,
    )


def levels_view(period: str, found: LevelCheck) -> LevelsTable:
    """Show 国库核对表."""
    return LevelsTable(
        period=period,
        treasury=found.treasury,
        items=[
            LevelRow(
                treasury=one.treasury,
                month=one.month,
                tax=one.tax,
                receipts=one.receipts,
                differing=one.differing,
                actual=_split(one.actual),
                computed=None if one.computed is None else _split(one.computed),
            )
            for one in found.sums
        ],
        differing=[
            LevelTicket(
                ticket=ticket,
                treasury=one.treasury,
                month=one.month,
                tax=one.tax,
                actual=_split(one.actual),
                computed=None if one.computed is None else _split(one.computed),
            )
            for ticket, one in found.differing
        ],
    )
