"""The investor's choice, the city's decision and the exclusive hold."""

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects import repo
from services.projects.dossier import facts_of, open_dossier
from services.projects.errors import AlreadyHeld, BadProject
from services.projects.limits import require_room_for_hold
from services.projects.meetings import with_meeting
from services.projects.schemas import ChoiceForm
from services.projects.steps.common import ask, given, make_move, park_of, write_move
from services.projects.tables import Hold, InvestorConsent, Project
from services.projects.words import ConsentKind

TAKE_HOLD: Final = text(
    """
    WITH taken AS (
        UPDATE project
        SET state = 'held', host_county = CAST(:county AS text), host_park = CAST(:park AS text),
            version = version + 1, updated_at = clock_timestamp()
        WHERE city = :city AND id = :project AND state = 'chosen' AND version = :version
        RETURNING city, id, land_mu, hall_m2, energy_tce, water_td, cod_kg, land_deadline
    )
    INSERT INTO hold (city, id, project, county, park, run, land_mu, hall_m2, energy_tce, water_td, cod_kg,
                      land_deadline, held_by)
    SELECT city, CAST(:hold AS uuid), id, CAST(:county AS text), CAST(:park AS text), CAST(:run AS uuid),
           land_mu, hall_m2, energy_tce, water_td, cod_kg, land_deadline, CAST(:held_by AS uuid)
    FROM taken
    RETURNING id
    """
)
"""The one statement that gives a hold: it finds the project still up for decision, or it does nothing."""


async def record_choice(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ChoiceForm,
    *,
    version: int | None = None,
) -> Project:
    """Record the investor's choice of a host: its consent to that very host.

    Raises:
        NoSuchPark: there is no such park.
        BadProject: a consent of tomorrow.
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    if form.consented_on > dossier.today:
        raise BadProject(errors=[FieldError("/consented_on", "future", lazy("日期不能晚于今天"))])
    facts = replace(facts_of(dossier, park.owner, park.code), consent_to_host=True)
    project = await make_move(
        session,
        dossier,
        Action.choose,
        facts,
        on_date=form.consented_on,
        record={"county": park.owner, "park": park.code, "evidence": form.evidence},
        files=form.files,
    )
    session.add(
        InvestorConsent(
            city=project.city,
            project=project.id,
            kind=ConsentKind.host,
            counties=[park.owner],
            park=park.code,
            consented_on=form.consented_on,
            evidence=form.evidence,
            recorded_by=None if principal.is_system else principal.account,
        )
    )
    await session.flush()
    return project


async def take_hold(
    session: AsyncSession,
    principal: Principal,
    project_id: UUID,
    park: str,
    run_id: UUID | None = None,
    *,
    reason: str = "",
    minutes: str = "",
) -> Hold:
    """Decide for a host (市级审定) and give it the exclusive hold.

    Of many at once exactly one succeeds: the hold is given by one conditional statement on the state and
    version that were checked. Whether the park can carry the project is the caller's to verify.

    Args:
        session: the decision's transaction.
        principal: who decides.
        project_id: the project.
        park: the park's code.
        run_id: the match run that the decision rests on.
        reason: why another than the first rank, where it is.
        minutes: the number of the minutes; major projects need one.

    Raises:
        NoSuchProject, NoSuchPark: there is none.
        MoveRefused: with every reason against it.
        AlreadyHeld: somebody else was first.
        LimitReached: the county has too many open holds, or pauses after one that failed.
    """
    dossier = await open_dossier(session, principal, project_id)
    project = dossier.project
    place = await park_of(session, principal.city, park)
    if dossier.hold is not None:
        raise AlreadyHeld
    facts = given(facts_of(dossier, place.owner, place.code), reason=reason, minutes=minutes)
    if dossier.is_major and minutes:
        facts = await with_meeting(session, dossier, facts, place.code, minutes)
    came_from = project.state
    ask(dossier, Action.hold, facts)
    await require_room_for_hold(session, project.city, place.owner, dossier.today, dossier.settings)
    given_id = (
        await session.execute(
            TAKE_HOLD,
            {
                "city": project.city,
                "project": project.id,
                "version": project.version,
                "county": place.owner,
                "park": place.code,
                "run": run_id,
                "hold": uuid7(),
                "held_by": None if principal.is_system else principal.account,
            },
        )
    ).scalar_one_or_none()
    if given_id is None:
        raise AlreadyHeld
    await session.refresh(project)
    record: dict[str, Any] = {"county": place.owner, "park": place.code}
    record |= {name: words for name, words in (("reason", reason), ("minutes", minutes)) if words}
    if run_id is not None:
        record["run"] = str(run_id)
    await write_move(
        session,
        principal,
        project,
        Action.hold.value,
        came_from=came_from,
        on_date=dossier.today,
        record=record,
    )
    return await repo.hold_by_id(session, project.city, given_id)


async def record_signed(
    session: AsyncSession,
    principal: Principal,
    project_id: UUID,
    host_county: str,
    host_park: str | None,
    signed_on: date,
) -> Project:
    """Record that a held project was signed; one that is signed with this host already stays as it is.

    Raises:
        NoSuchProject: there is none.
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, project_id, lock=True)
    project = dossier.project
    if project.signed_on is not None and project.host_county == host_county:
        return project
    facts = facts_of(dossier, host_county, host_park)
    same_park = host_park is None or host_park == project.host_park
    facts = replace(
        facts,
        hosting=facts.hosting and same_park,
        date_given=True,
        date_not_future=signed_on <= dossier.today,
        date_in_order=project.pooled_on is None or project.pooled_on <= signed_on,
    )
    return await make_move(
        session,
        dossier,
        Action.sign,
        facts,
        on_date=signed_on,
        record={"county": host_county, "park": project.host_park},
        changes={"signed_on": signed_on},
    )
