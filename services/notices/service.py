"""A person's inbox and what they chose. Every read and write is of one's own account."""

from collections import Counter
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import Locale, gettext, lazy
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.notices.channel_view import channels_of
from services.notices.errors import BadPreference, NoSuchNotice
from services.notices.rules import MUTABLE, RULES
from services.notices.schemas import (
    EventWords,
    Marked,
    NoticeView,
    OfficeChannel,
    PreferenceForm,
    PreferenceView,
)
from services.notices.subjects import Seen, seen
from services.notices.tables import Notice, NoticePreference
from services.notices.words import AUDIENCES

HIDDEN: Final = lazy("所涉事项您现在无权查看")
"""What a notice says whose subject its reader may not know of any more."""


def _own(principal: Principal, *, unread: bool = False) -> list[object]:
    mine: list[object] = [col(Notice.city) == principal.city, col(Notice.account) == principal.account]
    return [*mine, col(Notice.read_at).is_(None)] if unread else mine


async def inbox(
    session: AsyncSession,
    principal: Principal,
    *,
    secret: str,
    unread: bool = False,
    cursor: str | None = None,
    limit: int = 20,
    locale: Locale = "zh",
) -> Page[NoticeView]:
    """Return one page of one's notices, latest first.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"notices|{principal.account}|{unread}"
    query = select(Notice).where(*_own(principal, unread=unread))  # type: ignore[arg-type]  # columns
    if cursor:
        query = query.where(col(Notice.id) < UUID(str(decode_cursor(secret, bound, cursor)[0])))
    rows = (await session.scalars(query.order_by(col(Notice.id).desc()).limit(limit + 1))).all()
    shown = await shown_to(session, principal, rows[:limit], locale)
    return page_of(
        rows,
        limit,
        item=lambda row: shown[row.id],
        cursor=lambda row: encode_cursor(secret, bound, [str(row.id)]),
    )


async def shown_to(
    session: AsyncSession, principal: Principal, rows: Sequence[Notice], locale: Locale
) -> dict[UUID, NoticeView]:
    """Return notices as a reader sees them now, by id."""
    known = await seen(session, principal, {(row.subject, row.subject_id) for row in rows})
    return {row.id: _view(row, known.get((row.subject, row.subject_id)), locale) for row in rows}


def _view(row: Notice, found: Seen | None, locale: Locale) -> NoticeView:
    rule = RULES.get(row.action)
    if found is None or rule is None:
        return NoticeView(
            id=row.id,
            event=None,
            text=gettext(HIDDEN, locale),
            subject=None,
            label=None,
            href=None,
            urgent=False,
            made_at=row.made_at,
            read_at=row.read_at,
        )
    return NoticeView(
        id=row.id,
        event=row.action,
        text=gettext(rule.text, locale),
        subject=row.subject,
        label=found.label,
        href=found.href,
        urgent=row.urgent,
        made_at=row.made_at,
        read_at=row.read_at,
    )


async def unread(session: AsyncSession, principal: Principal) -> int:
    """Count one's unread notices."""
    query = select(func.count()).select_from(Notice).where(*_own(principal, unread=True))  # type: ignore[arg-type]  # columns
    return int((await session.execute(query)).scalar_one())


async def unread_texts(
    session: AsyncSession, principal: Principal, latest: int = 100
) -> list[tuple[str, int]]:
    """Count one's latest unread notices by what they say, the latest first."""
    query = select(Notice).where(*_own(principal, unread=True))  # type: ignore[arg-type]  # columns
    rows = (await session.scalars(query.order_by(col(Notice.id).desc()).limit(latest))).all()
    shown = await shown_to(session, principal, rows, "zh")
    return list(Counter(shown[row.id].text for row in rows).items())


async def read_one(session: AsyncSession, principal: Principal, notice: UUID) -> Marked:
    """Mark one notice as read; one that is read stays as it is.

    Raises:
        NoSuchNotice: there is none of one's own.
    """
    found = await session.scalars(
        select(col(Notice.id)).where(*_own(principal), col(Notice.id) == notice)  # type: ignore[arg-type]  # columns
    )
    if found.one_or_none() is None:
        raise NoSuchNotice
    marked = await _read(session, principal, notice)
    return Marked(marked=marked, unread=await unread(session, principal))


async def read_all(session: AsyncSession, principal: Principal, until: UUID | None = None) -> Marked:
    """Mark all one's notices as read, or those up to the latest that one saw."""
    marked = await _read(session, principal, None, until)
    return Marked(marked=marked, unread=await unread(session, principal))


async def _read(
    session: AsyncSession, principal: Principal, one: UUID | None, until: UUID | None = None
) -> int:
    # To read one's own notices is no act on anything: it leaves no event, or each notice would make another.
    change = update(Notice).where(*_own(principal, unread=True))  # type: ignore[arg-type]  # columns
    if one is not None:
        change = change.where(col(Notice.id) == one)
    if until is not None:
        change = change.where(col(Notice.id) <= until)
    done = await session.execute(
        change.values(read_at=func.clock_timestamp()).returning(col(Notice.id)),
        execution_options={"synchronize_session": False},
    )
    return len(done.all())


async def preference(session: AsyncSession, principal: Principal, locale: Locale = "zh") -> PreferenceView:
    """Return what one chose; revision 0 where one chose nothing yet."""
    row = await _preference(session, principal)
    return _preference_view(row, await channels_of(session, principal), locale)


async def set_preference(
    session: AsyncSession, principal: Principal, form: PreferenceForm, seen_revision: int
) -> PreferenceView:
    """Choose.

    Raises:
        BadPreference: an event that is unknown or urgent, or mail to nowhere.
        Stale: it was changed since.
    """
    faults = []
    if any(event not in MUTABLE for event in form.muted):
        faults.append(FieldError("/muted", "urgent", lazy("紧急事项不能退订，其他事项须在列表之中")))
    if (form.digest_hour is not None or form.urgent_mail) and not form.email:
        faults.append(FieldError("/email", "required", lazy("请填写接收邮箱")))
    if faults:
        raise BadPreference(errors=faults)
    row = await _preference(session, principal, lock=True)
    if (row.revision if row else 0) != seen_revision:
        raise Stale
    before = {} if row is None else row.model_dump(mode="json", include=set(PreferenceForm.model_fields))
    if row is None:
        row = NoticePreference(
            city=principal.city,
            account=principal.account,
            email="",
            working_days_only=True,
            urgent_mail=False,
            revision=0,
        )
        session.add(row)
    row.email, row.digest_hour = form.email, form.digest_hour
    row.working_days_only, row.urgent_mail = form.working_days_only, form.urgent_mail
    row.muted = sorted(set(form.muted))
    row.revision += 1
    await session.flush()
    # The address is the person's own: that it changed is on record, what it is stands in one place alone.
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="notices.preference_set",
        entity="notice_preference",
        entity_id=principal.account,
        before={name: value for name, value in before.items() if name != "email"},
        after=form.model_dump(mode="json", exclude={"email"}),
    )
    return _preference_view(row, await channels_of(session, principal), "zh")


async def _preference(
    session: AsyncSession, principal: Principal, *, lock: bool = False
) -> NoticePreference | None:
    query = select(NoticePreference).where(
        col(NoticePreference.city) == principal.city, col(NoticePreference.account) == principal.account
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


def _preference_view(
    row: NoticePreference | None, channels: list[OfficeChannel], locale: Locale
) -> PreferenceView:
    chosen = (
        PreferenceForm()
        if row is None
        else PreferenceForm.model_validate(row.model_dump(include=set(PreferenceForm.model_fields)))
    )
    return PreferenceView(
        **chosen.model_dump(),
        revision=row.revision if row else 0,
        channels=channels,
        events=[
            EventWords(
                event=name,
                subject=rule.subject,
                text=gettext(rule.text, locale),
                told=[gettext(AUDIENCES[one], locale) for one in AUDIENCES if one in rule.told],
                urgent=rule.urgent,
            )
            for name, rule in RULES.items()
        ],
    )
