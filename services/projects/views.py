"""From a project and a view to what goes out. A hidden field is not read, let alone written."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from allocation.lifecycle import Action
from auth.policy import View
from services.projects.actions import actions
from services.projects.answers import (
    AuditView,
    Exact,
    FinanceView,
    FloorTerms,
    Masked,
    OpenView,
    ProposedView,
    SealedView,
)
from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, band_of, division_of, masked_name
from services.projects.dossier import Dossier
from services.projects.tables import Project, Transfer

AnyView = SealedView | ProposedView | AuditView | OpenView | FinanceView
_OPEN_FIELDS = tuple(
    name for name in OpenView.model_fields if name not in {*Masked.model_fields, "view", "key", "floor_terms"}
)


def _masked(project: Project, allowed: Iterable[Action]) -> dict[str, Any]:
    return {
        "id": project.public_id,
        "code_name": project.code_name,
        "division": division_of(project.industry),
        "investment_band": band_of(INVESTMENT_BANDS, project.investment_fen).code,
        "land_band": band_of(LAND_BANDS, project.land_mu).code,
        "land_deadline": project.land_deadline,
        "state": project.state,
        "version": project.version,
        "actions": tuple(allowed),
    }


def _exact(project: Project) -> dict[str, Any]:
    return {name: getattr(project, name) for name in Exact.model_fields}


def floor_terms(transfer: Transfer | None) -> FloorTerms | None:
    """Return the floor terms of a transfer request."""
    if transfer is None:
        return None
    return FloorTerms(
        ratio_bp=transfer.floor_ratio_bp,
        years=transfer.floor_years,
        upfront_fen=transfer.upfront_fen,
        recall_days=transfer.recall_days,
    )


def build(
    project: Project,
    view: View,
    *,
    allowed: Iterable[Action] = (),
    terms: FloorTerms | None = None,
    answer_by: date | None = None,
) -> AnyView:
    """Build what one view shows of a project.

    Args:
        project: the row.
        view: how much the asker sees; never `none`.
        allowed: what the asker may do.
        terms: the floor terms, where the asker may see them.
        answer_by: when the asker's county should answer a proposal.
    """
    if view is View.finance:
        return FinanceView(name=project.name, investor_name=project.investor_name)
    shown = _masked(project, allowed)
    if view is View.sealed:
        return SealedView(**shown, floor_terms=terms)
    shown |= _exact(project)
    if view is View.proposed:
        return ProposedView(
            **shown, masked_name=masked_name(project.industry), floor_terms=terms, answer_by=answer_by
        )
    if view is View.auditor:
        return AuditView(**shown, masked_name=masked_name(project.industry))
    shown |= {name: getattr(project, name) for name in _OPEN_FIELDS}
    return OpenView.model_validate(shown | {"view": view.value, "key": project.id, "floor_terms": terms})


def view_of(dossier: Dossier) -> AnyView:
    """Build what the asker sees of the project, with what they may do."""
    county = dossier.principal.county
    applied = county is not None and dossier.application_of(county) is not None
    sees_terms = dossier.view is not View.sealed or applied
    own = [row.answer_by for row in dossier.proposals if row.county == county]
    return build(
        dossier.project,
        dossier.view,
        allowed=actions(dossier),
        terms=floor_terms(dossier.transfer) if sees_terms else None,
        answer_by=min(own, default=None),
    )
