"""Acting on approval sheets, one or many alike at once; each is one record, and its end moves the matter."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import Ask, Reason, Sheet, SheetState, Step, Verb, act
from auth.errors import AuthError, OfficerSuspended, OutsideDelegation
from auth.principal import Principal
from services.accounts.tables import Account
from services.approvals import repo
from services.approvals.errors import ActRefused, MatterSettled, NotPlain
from services.approvals.people import named
from services.approvals.schemas import ActForm, BatchItem
from services.approvals.sheets import Found, asking, locate
from services.approvals.tables import ApprovalAct, ApprovalSheet, ApprovalStep
from services.kit.errors import DomainError, SamePerson, Stale
from services.kit.events import record_event
from services.kit.i18n import DEFAULT_LOCALE, Locale, gettext
from services.kit.tables import uuid7
from services.regions.chains import at_the_end_of_a_chain

_WITHOUT_WAITING = frozenset({Verb.copy, Verb.submit})
"""Acts on a sheet whose matter does not wait for a decision."""


async def take(
    session: AsyncSession,
    principal: Principal,
    ref: str,
    form: ActForm,
    today: date,
    *,
    seen: int | None = None,
    batch: bool = False,
) -> Found:
    """Act on a sheet; the last signature moves the matter in the same transaction.

    Args:
        session: the act's transaction.
        principal: who acts, from one of their seats.
        ref: the sheet.
        form: what they do.
        today: the business date.
        seen: the revision that they saw.
        batch: whether the sheet is one of several; then it must be plain.

    Raises:
        NoSuchSheet: none, or none that this person may know of.
        OfficerSuspended: the officer may read and not act.
        OutsideDelegation: the delegation is not for this kind.
        MatterSettled: the matter no longer waits.
        NotPlain: it is disputed or needs words of its own, so it goes into no batch.
        SamePerson: this person made it or signed another step, alone or for another.
        Stale: somebody acted first, or the matter changed.
        ActRefused: with every other reason against it.
    """
    if principal.suspended:
        raise OfficerSuspended
    found = await locate(session, principal, ref, today, lock=True)
    if principal.on_behalf_of is not None and found.matter.kind not in principal.kinds:
        raise OutsideDelegation
    if not found.current or (not found.subject.live and form.verb not in _WITHOUT_WAITING):
        raise MatterSettled
    if batch and not found.subject.plain:
        raise NotPlain
    if seen is not None and seen != found.revision:
        raise Stale
    person = await named(session, principal, found, form.person)
    ask = _ask(found, principal, form, person)
    after = act(found.sheet, ask)
    if not isinstance(after, Sheet):
        raise _refusal(after)
    row = await _store(session, principal, found, form, after, person, today)
    await _carry_out(session, principal, found, row, form, today)
    return await locate(session, principal, str(row.id), today)


def _ask(found: Found, principal: Principal, form: ActForm, person: Account | None) -> Ask:
    base = asking(found, principal, form.verb)
    return Ask(
        verb=form.verb,
        hands=base.hands,
        seen=base.seen,
        may_sign=base.may_sign,
        involved=base.involved,
        step=form.step,
        reason=bool(form.reason.strip()),
        person=None if person is None else str(person.id),
        to=form.to_step,
    )


def _refusal(reasons: tuple[Reason, ...]) -> DomainError:
    if Reason.seen_older in reasons:
        return Stale()
    if set(reasons) == {Reason.same_person}:
        return SamePerson()
    return ActRefused(reasons)


async def _store(
    session: AsyncSession,
    principal: Principal,
    found: Found,
    form: ActForm,
    after: Sheet,
    person: Account | None,
    today: date,
) -> ApprovalSheet:
    row = found.row or await _open(session, principal.city, found, today)
    done = after.acts[-1]
    session.add(
        ApprovalAct(
            city=row.city,
            sheet=row.id,
            seq=len(after.acts),
            verb=form.verb,
            step=done.step,
            turn=done.turn,
            by=principal.account,
            by_name=principal.name,
            role=principal.role,
            office=principal.office,
            on_behalf_of=principal.on_behalf_of,
            delegation=principal.delegation,
            to_step=form.to_step,
            person=None if person is None else person.id,
            person_name=None if person is None else person.display_name,
            reason=form.reason.strip(),
            on_date=today,
        )
    )
    await session.flush()
    stored = {step.key: step for step in (await repo.steps_of(session, row.city, [row.id]))[row.id]}
    for place, step in enumerate(after.steps, start=1):
        _write(session, row, stored.get(step.key), step, place, principal, person, today)
    await session.flush()
    row.state, row.revision = after.state, len(after.acts)
    await session.flush()
    await record_event(
        session,
        row.city,
        actor=principal,
        action=f"approvals.{form.verb.value}",
        entity="approval_sheet",
        entity_id=row.id,
        after={
            "kind": row.kind,
            "subject": str(row.subject),
            "state": row.state.value,
            "step": done.step,
            "reason": form.reason.strip(),
        },
    )
    return row


async def _open(session: AsyncSession, city: str, found: Found, today: date) -> ApprovalSheet:
    """Store a sheet with its steps; one of an older version of the matter is closed first."""
    subject = found.subject
    last = (await repo.latest(session, city, found.matter.kind, [subject.id])).get(subject.id)
    if last is not None and last.state is SheetState.open:
        last.state = SheetState.withdrawn
        await session.flush()
    row = ApprovalSheet(
        city=city,
        id=uuid7(),
        kind=found.matter.kind,
        subject=subject.id,
        cycle=1 if last is None else last.cycle + 1,
        office=subject.office,
        state=SheetState.open,
        revision=0,
        seen_version=subject.version,
        maker=subject.maker,
        opened_on=today,
        due_on=subject.due_on,
    )
    session.add(row)
    await session.flush()
    for step in found.steps:
        step.sheet = row.id
        session.add(step)
    await session.flush()
    return row


def _write(
    session: AsyncSession,
    row: ApprovalSheet,
    stored: ApprovalStep | None,
    step: Step,
    place: int,
    principal: Principal,
    person: Account | None,
    today: date,
) -> None:
    if stored is None:
        stored = ApprovalStep(
            city=row.city, sheet=row.id, key=step.key, kind=step.kind, title="", turn=0, place=0
        )
        session.add(stored)
    stored.place, stored.turn = place, step.turn
    if step.person is not None and step.person != str(stored.person) and person is not None:
        stored.person, stored.person_name = person.id, person.display_name
    if step.signed is None:
        stored.signed_by = stored.signed_for = stored.signed_on = None
    elif stored.signed_by is None:
        stored.signed_by, stored.signed_for = principal.account, principal.on_behalf_of
        stored.signed_on = today


async def _carry_out(
    session: AsyncSession,
    principal: Principal,
    found: Found,
    row: ApprovalSheet,
    form: ActForm,
    today: date,
) -> None:
    """Do what the act means for the matter, and remember the matter's version after it."""
    matter = found.matter
    ends = {
        SheetState.agreed: matter.finish,
        SheetState.refused: matter.refuse,
        SheetState.returned: matter.send_back,
    }
    end = matter.resubmit if form.verb is Verb.submit else ends.get(row.state)
    if end is None or form.verb is Verb.copy:
        return
    with at_the_end_of_a_chain():
        await end(session, principal, found.subject, form.reason.strip())
    row.seen_version = (await matter.find(session, principal, row.subject, today)).version
    await session.flush()


async def agree_to_all(
    session: AsyncSession,
    principal: Principal,
    refs: Sequence[str],
    reason: str,
    today: date,
    locale: Locale = DEFAULT_LOCALE,
) -> list[BatchItem]:
    """Agree to alike, undisputed matters; each in a savepoint of its own, so that none is half done.

    One that is refused says why and leaves the others as they are. They are taken in the order of their
    addresses, whatever order was asked, so that two batches at once do not wait for each other.
    """
    answers: dict[str, BatchItem] = {}
    for ref in sorted(set(refs)):
        try:
            async with session.begin_nested():
                found = await take(
                    session, principal, ref, ActForm(verb=Verb.agree, reason=reason), today, batch=True
                )
        except AuthError as error:
            answers[ref] = _problem(ref, error.slug, gettext(error.title, locale))
        except DomainError as error:
            places = [gettext(place.detail, locale) for place in error.errors]
            words = "；".join(places) or gettext(error.detail or error.title, locale, **error.facts)
            answers[ref] = _problem(ref, error.slug, words)
        else:
            answers[ref] = BatchItem(ref=ref, done=True, state=found.sheet.state)
    return [answers[ref] for ref in dict.fromkeys(refs)]


def _problem(ref: str, slug: str, detail: str) -> BatchItem:
    return BatchItem(ref=ref, done=False, problem=slug, detail=detail)
