"""Finding a sheet for somebody: the stored one, or the one that a matter would get with its first act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import Ask, Sheet, StepKind, Verb, open_verbs
from auth.approvals import can_read_sheet
from auth.principal import CITY_ROLES, Principal, Role
from services.approvals import kinds as _kinds
from services.approvals import repo
from services.approvals.errors import NoSuchSheet
from services.approvals.matters import MATTERS, Matter, StepRule, Subject
from services.approvals.tables import ApprovalAct, ApprovalSheet, ApprovalStep
from services.kit.errors import NotFound
from services.kit.tables import uuid7
from services.regions.chains import chain_on

BUILT_IN: Final = (_kinds.REVIEW, _kinds.POOL, _kinds.RELEASE, _kinds.DECISION)
"""The pool's own matters, registered by being here."""

_UUID_LENGTH: Final = 36

_OF_VERSION: Final = 10_000
"""A sheet's revision counts the matter's version in steps of this, and the acts on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One sheet as somebody reads it; `row` is None while nobody has acted on it."""

    matter: Matter
    subject: Subject
    row: ApprovalSheet | None
    steps: Sequence[ApprovalStep]
    acts: Sequence[ApprovalAct]
    current: bool = True
    """Whether it is the matter's own sheet today, not one of an earlier round."""

    @property
    def sheet(self) -> Sheet:
        """The plain value that the rules work on."""
        return repo.value(self.row, self.subject.maker, self.steps, self.acts)

    @property
    def ref(self) -> str:
        """How the sheet is addressed."""
        if self.row is not None and not self.current:
            return str(self.row.id)
        return f"{self.matter.kind}-{self.subject.id}"

    @property
    def revision(self) -> int:
        """What a reader saw: the matter's version and the acts on it."""
        return self.subject.version * _OF_VERSION + len(self.acts)

    @property
    def due_on(self) -> date | None:
        """The day by which it is due: the matter's own, else the sheet's."""
        return self.subject.due_on or (None if self.row is None else self.row.due_on)


def asking(found: Found, principal: Principal, verb: Verb = Verb.copy) -> Ask:
    """Return what somebody brings to an act: their hands, the steps of their office, their part in it."""
    lent = principal.on_behalf_of is None or found.matter.kind in principal.kinds
    return Ask(
        verb=verb,
        hands=repo.hands(*principal.hands),
        seen=len(found.acts),
        may_sign=frozenset(
            step.key
            for step in found.steps
            if lent and step.role is principal.role and step.office == principal.office
        ),
        involved=can_read_sheet(principal, found.subject.office),
    )


def verbs(found: Found, principal: Principal) -> tuple[Verb, ...]:
    """Return what somebody may do now with a sheet."""
    if principal.role is Role.auditor or principal.suspended or not found.current:
        return ()
    possible = open_verbs(found.sheet, asking(found, principal))
    if found.subject.live:
        return possible
    return tuple(verb for verb in possible if verb in {Verb.copy, Verb.submit})


async def locate(
    session: AsyncSession, principal: Principal, ref: str, today: date, *, lock: bool = False
) -> Found:
    """Return a sheet by its id, or the current one of `<kind>-<subject>`.

    Raises:
        NoSuchSheet: none, or none that this person may know of.
    """
    kind, row, subject_id = ref[: -_UUID_LENGTH - 1], None, UUID(ref[-_UUID_LENGTH:])
    if not kind:
        row = await repo.sheet(session, principal.city, subject_id)
        if row is None:
            raise NoSuchSheet
        kind, subject_id = row.kind, row.subject
    matter = MATTERS.get(kind)
    if matter is None:
        raise NoSuchSheet
    if lock:
        await repo.one_act_at_a_time(session, principal.city, kind, subject_id)
    try:
        subject = await matter.find(session, principal, subject_id, today)
    except NotFound as error:
        raise NoSuchSheet from error
    [found] = await assemble(session, principal, matter, [subject], today)
    if row is not None and (found.row is None or found.row.id != row.id):
        steps = await repo.steps_of(session, principal.city, [row.id])
        acts = await repo.acts_of(session, principal.city, [row.id])
        found = Found(
            matter=matter, subject=subject, row=row, steps=steps[row.id], acts=acts[row.id], current=False
        )
    if found.row is None and not subject.live:
        raise NoSuchSheet
    if not can_read_sheet(principal, subject.office) and not _has_part(found, principal):
        raise NoSuchSheet
    return found


def _has_part(found: Found, principal: Principal) -> bool:
    people = {step.person for step in found.steps} | {found.subject.maker}
    people |= {one.by for one in found.acts} | {one.on_behalf_of for one in found.acts}
    return bool(people & principal.hands)


async def assemble(
    session: AsyncSession, principal: Principal, matter: Matter, subjects: Sequence[Subject], today: date
) -> list[Found]:
    """Put the matters' current sheets together, with those that nobody has acted on yet."""
    city = principal.city
    rows = await repo.latest(session, city, matter.kind, [subject.id for subject in subjects])
    ids = [row.id for row in rows.values()]
    steps, acts = await repo.steps_of(session, city, ids), await repo.acts_of(session, city, ids)
    rules: dict[str, Sequence[StepRule]] = {}
    found = []
    for subject in subjects:
        row = rows.get(subject.id)
        if row is not None and (row.seen_version == subject.version or not subject.live):
            found.append(
                Found(matter=matter, subject=subject, row=row, steps=steps[row.id], acts=acts[row.id])
            )
            continue
        if subject.office not in rules:
            rules[subject.office] = await chain_of(session, city, matter, subject.office, today)
        fresh = _fresh(city, rules[subject.office], subject.office)
        found.append(Found(matter=matter, subject=subject, row=None, steps=fresh, acts=[]))
    return found


async def chain_of(
    session: AsyncSession, city: str, matter: Matter, office: str, today: date
) -> Sequence[StepRule]:
    """Return who signs a matter of an office: as the city set it, else the kind's own steps."""
    own = await chain_on(session, city, matter.kind, office, today)
    if not own:
        return matter.steps
    return [
        StepRule(role=Role(step["role"]), title=step["title"], kind=StepKind(step["kind"])) for step in own
    ]


def _fresh(city: str, rules: Sequence[StepRule], office: str) -> list[ApprovalStep]:
    """Return the steps of a sheet not stored yet; the city's office signs for the city's own units."""
    made = []
    nobody = uuid7()
    for key, rule in enumerate(rules, start=1):
        role = rule.role if rule.role in CITY_ROLES or office != city else Role.city_office
        made.append(
            ApprovalStep(
                city=city,
                sheet=nobody,
                key=key,
                place=key,
                kind=rule.kind,
                role=role,
                office=city if role in CITY_ROLES else office,
                title=rule.title,
                turn=0,
            )
        )
    return made


async def inbox(session: AsyncSession, principal: Principal, today: date) -> list[Found]:
    """List what this person may sign now, the latest due first."""
    found: list[Found] = []
    named = await repo.of_person(session, principal, named=True)
    for matter in list(MATTERS.values()):
        if principal.on_behalf_of is not None and matter.kind not in principal.kinds:
            continue
        subjects = list(await matter.waiting(session, principal, today))
        known = {subject.id for subject in subjects}
        for row in named:
            if row.kind == matter.kind and row.subject not in known:
                try:
                    subjects.append(await matter.find(session, principal, row.subject, today))
                except NotFound:  # named to sign, but no longer near the project
                    continue
        found += await assemble(session, principal, matter, subjects, today)
    mine = [one for one in found if Verb.agree in verbs(one, principal)]
    return sorted(mine, key=lambda one: (one.due_on or date.max, one.matter.kind, one.subject.id))


async def part_in(session: AsyncSession, principal: Principal, today: date) -> list[Found]:
    """List the sheets that this person made, acted on, or was sent a copy of: those without acts first."""
    found = []
    for matter in list(MATTERS.values()):
        waiting = await matter.waiting(session, principal, today)
        made = [subject for subject in waiting if subject.maker in principal.hands]
        fresh = await assemble(session, principal, matter, made, today)
        found += [one for one in fresh if one.row is None]
    for row in await repo.of_person(session, principal, named=False):
        try:
            found.append(await locate(session, principal, str(row.id), today))
        except NoSuchSheet:  # the reader has lost sight of the project since
            continue
    return found
