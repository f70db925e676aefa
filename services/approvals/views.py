"""Sheets as the API and the pages show them; the approvers' names are for every reader of a sheet."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.approvals import repo
from services.approvals.matters import Why
from services.approvals.schemas import ActView, SheetLine, SheetView, StepView
from services.approvals.sheets import Found, verbs
from services.kit.i18n import DEFAULT_LOCALE, Locale, gettext


def said(why: Why, locale: Locale = DEFAULT_LOCALE) -> str:
    """Return one of a matter's two lines in a language."""
    text, facts = why
    return gettext(text, locale, **facts)


def line(found: Found, today: date, locale: Locale = DEFAULT_LOCALE) -> SheetLine:
    """Return a sheet as a list shows it."""
    sheet, due_on = found.sheet, found.due_on
    keys = {step.key for step in sheet.open_steps}
    titles = [step.title or step.person_name or "" for step in found.steps if step.key in keys]
    live = found.current and found.subject.live
    return SheetLine(
        ref=found.ref,
        kind=found.matter.kind,
        title=found.subject.title,
        why=[said(why, locale) for why in found.subject.why],
        office=found.subject.office,
        state=sheet.state,
        step="、".join(gettext(title, locale) for title in titles) or None,
        due_on=due_on,
        overdue=live and due_on is not None and due_on < today,
        plain=found.subject.plain,
        revision=found.revision,
        href=found.subject.href,
    )


async def whole(
    session: AsyncSession, principal: Principal, found: Found, today: date, locale: Locale = DEFAULT_LOCALE
) -> SheetView:
    """Return a whole sheet with its history and what the reader may do now."""
    sheet = found.sheet
    row = found.row
    maker = found.subject.maker if row is None else row.maker
    people = await repo.names(session, principal.city, [maker, *(step.signed_by for step in found.steps)])
    lent = {act.step: act.by_name for act in found.acts if act.on_behalf_of is not None}
    keys = {step.key for step in sheet.open_steps}
    return SheetView(
        **line(found, today, locale).model_dump(),
        maker_name=people.get(maker) if maker else None,
        facts={gettext(label, locale): value for label, value in found.subject.facts},
        steps=[
            StepView(
                key=step.key,
                kind=step.kind,
                title=gettext(step.title, locale) if step.title else "",
                role=step.role,
                office=step.office,
                person_name=step.person_name,
                open=step.key in keys,
                signed_name=None
                if step.signed_by is None
                else lent.get(step.key, people.get(step.signed_by)),
                signed_on=step.signed_on,
            )
            for step in found.steps
        ],
        acts=[
            ActView(
                seq=act.seq,
                verb=act.verb,
                step=act.step,
                name=act.by_name,
                role=act.role,
                office=act.office,
                delegated=act.on_behalf_of is not None,
                person_name=act.person_name,
                reason=act.reason,
                on_date=act.on_date,
                at=act.at,
            )
            for act in found.acts
        ],
        verbs=list(verbs(found, principal)),
        cycle=1 if row is None else row.cycle,
    )


def lines(found: Sequence[Found], today: date, locale: Locale = DEFAULT_LOCALE) -> list[SheetLine]:
    """Return sheets as a list shows them."""
    return [line(one, today, locale) for one in found]
