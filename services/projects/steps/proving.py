"""What a host proves: that a held project moves, that all three sides visited the place together."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Hand, Reason
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import BadProject, MoveRefused
from services.projects.pool_forms import ProgressForm, VisitForm
from services.projects.steps.common import note_move, park_of
from services.projects.tables import HoldProgress, JointVisit, Project


async def prove_progress(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ProgressForm,
    *,
    version: int | None = None,
) -> Project:
    """File evidence that a held project moves; from then on the hold no longer counts against the cap.

    Raises:
        BadProject: evidence of tomorrow.
        MoveRefused: nobody holds the project, or another than its host files.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    hold = dossier.hold
    if hold is None:
        raise MoveRefused((Reason.not_the_host,))
    if not facts_of(dossier, hold.county, hold.park).hands & {Hand.host, Hand.host_leader}:
        raise MoveRefused((Reason.not_yours,))
    _not_after(dossier, "/happened_on", form.happened_on)
    session.add(
        HoldProgress(
            city=dossier.project.city,
            hold=hold.id,
            project=dossier.project.id,
            kind=form.kind,
            document=form.document,
            happened_on=form.happened_on,
            by=None if principal.is_system else principal.account,
            by_name=principal.name,
        )
    )
    record = {"county": hold.county, "kind": form.kind.value, "evidence": form.document}
    return await note_move(session, dossier, "progress", record, form.files)


async def record_visit(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: VisitForm,
    *,
    version: int | None = None,
) -> Project:
    """Record a joint visit of a candidate host's park; one without the origin is flagged.

    Raises:
        NoSuchPark: there is no such park.
        BadProject: a visit of tomorrow.
        MoveRefused: the host does not know the name yet, or neither host, origin nor city records it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = facts_of(dossier, park.owner, park.code)
    reasons = []
    if not facts.hands & {Hand.host, Hand.host_leader, Hand.origin, Hand.city}:
        reasons.append(Reason.not_yours)
    if not facts.revealed:
        reasons.append(Reason.not_revealed if facts.terms_accepted else Reason.terms_not_accepted)
    if reasons:
        raise MoveRefused(tuple(reasons))
    _not_after(dossier, "/visited_on", form.visited_on)
    session.add(
        JointVisit(
            **form.model_dump(exclude={"files"}),
            origin_present=bool(form.origin_people),
            files=[str(file) for file in form.files],
            city=dossier.project.city,
            project=dossier.project.id,
            county=park.owner,
            by=None if principal.is_system else principal.account,
            by_name=principal.name,
        )
    )
    record = {"county": park.owner, "park": park.code, "origin_present": bool(form.origin_people)}
    return await note_move(session, dossier, "visit", record, form.files)


def _not_after(dossier: Dossier, pointer: str, on: date) -> None:
    if on > dossier.today:
        raise BadProject(errors=[FieldError(pointer, "future", lazy("日期不能晚于今天"))])
