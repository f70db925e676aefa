"""The joint meeting rules: one person writes it down with reasons, another confirms, the leads follow."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.effects import decide
from services.first_talk.errors import (
    BadRuling,
    CaseMoved,
    NotForYou,
    NotHeard,
    RulingWaits,
    UnreasonedRuling,
)
from services.first_talk.masks import masked
from services.first_talk.precedents import known_numbers
from services.first_talk.schemas import RulingForm, SaidForm
from services.first_talk.tables import Case, CaseParty, Ruling, RulingSaid
from services.first_talk.weighing import weigh
from services.first_talk.words import RULED_ON, CaseAction, CaseState, RulingCheck
from services.kit.errors import FieldError, SamePerson
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects.tables import Project
from services.regions.repo import unit_names

Sides = Sequence[tuple[CaseParty, Project]]


async def propose(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: RulingForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Write a ruling of the joint meeting; it has no force before another person confirms it.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        CaseMoved: the case is not open.
        RulingWaits: another ruling waits for its second person.
        NotHeard: the sides have not been heard.
        UnreasonedRuling: findings, reasons or the minutes' number are missing.
        BadRuling: a ground, side or precedent that cannot be.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not policy.can_conduct(principal):
        raise NotForYou
    if case.state is not CaseState.open:
        raise CaseMoved
    written = await repo.rulings_of(session, case)
    if any(said is None for _ruling, said in written):
        raise RulingWaits
    if case.hearing_on is None or case.hearing_on > today:
        raise NotHeard
    sides = await repo.parties_of(session, case)
    await _check(session, case, form, sides)
    ruling = await _ruling(session, principal, case, form, sides, today, len(written) + 1)
    session.add(ruling)
    await session.flush()
    await repo.write_step(
        session, principal, case, CaseAction.propose, today, facts={"ruling": ruling.number}
    )
    return case


async def _check(session: AsyncSession, case: Case, form: RulingForm, sides: Sides) -> None:
    unreasoned = [
        FieldError(f"/{name}", "missing", words)
        for name, value, words in (
            ("findings", form.findings, lazy("请写明认定的事实")),
            ("reasons", form.reasons, lazy("请写明裁定理由")),
            ("minutes_no", form.minutes_no, lazy("请填写会议纪要文号")),
        )
        if not value
    ]
    if unreasoned:
        raise UnreasonedRuling(errors=unreasoned)
    errors = []
    if form.ground not in RULED_ON:
        errors.append(FieldError("/ground", "unknown", lazy("裁定依据须为先后规则中的一项")))
    if form.holder not in {party.seq for party, _lead in sides}:
        errors.append(FieldError("/holder", "unknown", lazy("没有这一方")))
    known = await known_numbers(session, case.city, form.cites)
    if set(form.cites) - known:
        errors.append(FieldError("/cites", "unknown", lazy("引用的裁定书不存在或尚未生效")))
    if errors:
        raise BadRuling(errors=errors)


async def _ruling(
    session: AsyncSession,
    principal: Principal,
    case: Case,
    form: RulingForm,
    sides: Sides,
    today: date,
    draft: int,
) -> Ruling:
    names = await unit_names(session, case.city)
    number = case.number.replace("ST-", "CD-", 1) + (f"-{draft}" if draft > 1 else "")
    leads = [lead for _party, lead in sides]
    body = await _body(session, case, form, sides, names, today, number)
    return Ruling(
        city=case.city,
        id=uuid7(),
        case_id=case.id,
        number=number,
        year=case.year,
        ground=form.ground,
        holder=form.holder,
        effect=form.effect,
        findings=form.findings,
        reasons=form.reasons,
        masked=masked(f"{form.findings}\n{form.reasons}", leads, names),
        minutes_no=form.minutes_no,
        credit_note=form.credit_note,
        cites=list(dict.fromkeys(form.cites)),
        chain=case.chain,
        counties=case.counties,
        body=body,
        sha256=sha256_of("first-talk-ruling", body),
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )


async def _body(
    session: AsyncSession,
    case: Case,
    form: RulingForm,
    sides: Sides,
    names: dict[str, str],
    today: date,
    number: str,
) -> dict[str, Any]:
    """Return what the paper shows, as it stands now: parties, the order's facts, statements, the ruling."""
    found = await weigh(session, case, sides, today)
    return {
        "number": number,
        "case": case.number,
        "claim": case.claim,
        "admitted_on": str(case.admitted_on),
        "hearing_on": str(case.hearing_on),
        "hearing_place": case.hearing_place,
        "parties": [
            {
                "seq": party.seq,
                "county": party.county,
                "county_name": names.get(party.county, party.county),
                "project": lead.code,
                "project_name": lead.name,
                "registered_on": str(lead.registered_on),
                "accepted_on": str(lead.accepted_on) if lead.accepted_on else None,
            }
            for party, lead in sides
        ],
        "weighings": [row.model_dump(mode="json") for row in found.rows],
        "proposed": {"ground": found.ground.value, "holder": found.holder},
        "statements": [
            {
                "party": row.party,
                "words": row.words,
                "evidence_kind": row.evidence_kind.value if row.evidence_kind else None,
                "evidence": row.evidence,
                "happened_on": str(row.happened_on) if row.happened_on else None,
                "late": row.late,
                "on": str(row.on_date),
            }
            for row in await repo.statements_of(session, case)
        ],
        "ruling": form.model_dump(mode="json"),
    }


async def say(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: SaidForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Confirm the ruling that waits, which ends the case; or reject it with a reason.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        SamePerson: the asker wrote it.
        CaseMoved: no ruling waits.
        UnreasonedRuling: a rejection without a reason.
        MoveRefused: the lead that should stay has left the case on its own way.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not policy.can_conduct(principal):
        raise NotForYou
    ruling = await repo.waiting_ruling(session, case)
    if case.state is not CaseState.open or ruling is None:
        raise CaseMoved
    if not policy.can_confirm_ruling(principal, ruling.made_by):
        raise SamePerson
    if form.outcome is RulingCheck.rejected and not form.reason:
        raise UnreasonedRuling(errors=[FieldError("/reason", "missing", lazy("请写明理由"))])
    session.add(
        RulingSaid(
            city=case.city,
            ruling=ruling.id,
            case_id=case.id,
            made_by=ruling.made_by,
            outcome=form.outcome,
            reason=form.reason,
            by=principal.account,
            by_name=principal.name,
            on_date=today,
        )
    )
    await session.flush()
    if form.outcome is RulingCheck.rejected:
        facts = {"ruling": ruling.number, "reason": form.reason}
        await repo.write_step(session, principal, case, CaseAction.reject, today, facts=facts)
        return case
    await decide(
        session,
        principal,
        case,
        holder=ruling.holder,
        effect=ruling.effect,
        state=CaseState.ruled,
        record={"reason": ruling.number, "minutes": ruling.minutes_no, "case": case.number},
        today=today,
    )
    await repo.write_step(session, principal, case, CaseAction.rule, today, facts={"ruling": ruling.number})
    return case
