"""A project as this person sees it: facts, deadlines, hosts, history, and what may be done next."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from allocation.clocks import due
from allocation.lifecycle import Action as Move
from allocation.lifecycle import State
from auth.principal import Principal
from auth.scopes import Scope
from services.console import filters
from services.console import project_words as words
from services.console.frame import Action, render
from services.console.project_acts import ADDRESSES, SEVERE
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.projects import service
from services.projects.actions import ELSEWHERE
from services.projects.answers import Exact, MoveAnswer, OpenView
from services.projects.dossier import Dossier
from services.projects.protection import as_deadline
from services.projects.views import AnyView
from services.projects.words import EXITS, GROUNDS, STATE_LABELS, Exit, TransferReason
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.projects_read))]

_LIVE = frozenset(
    {
        State.accepted,
        State.transfer_requested,
        State.pooled,
        State.applied,
        State.terms_accepted,
        State.committed,
        State.chosen,
        State.held,
    }
)


@router.get("/projects/{ref}")
async def project(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a project: sealed, proposed or open."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    view = service.view_of(dossier)
    locale = locale_of(request)
    names = await unit_names(session, principal.city)
    return render(
        request,
        principal,
        "projects/detail.html",
        view=view,
        title=words.title_of(view) or gettext(lazy("项目"), locale),
        state=words.state_tag(view.state, locale) if hasattr(view, "state") else "",
        step=words.step_of(dossier.project.state),
        road=[gettext(text, locale) for text, _ in words.ROAD],
        facts=facts(view, names, locale),
        needs=needs(view, locale),
        deadlines=deadlines(dossier, view, locale),
        terms=getattr(view, "floor_terms", None),
        reason=transfer_reason(dossier, view, locale),
        candidates=service.candidates(dossier),
        applications=service.applications(dossier),
        entries=entries(await service.history(session, dossier), names, locale),
        actions=buttons(dossier, view),
        names=names,
        rivals=await service.rivals(session, dossier),
        grounds=GROUNDS,
        states=STATE_LABELS,
    )


def buttons(dossier: Dossier, view: AnyView) -> list[Action]:
    """Return what may be done next, as links to its form: the API's own list."""
    base = f"/projects/{dossier.project.public_id}"
    found: list[Action] = []
    for move in getattr(view, "actions", ()):
        if move in ELSEWHERE:
            href = f"/matches/{dossier.project.id}" if move is Move.hold else "/agreements"
        else:
            href = f"{base}/{ADDRESSES[move]}" if move in ADDRESSES else f"{base}/moves/{move.value}"
        leads_on = move not in SEVERE and not any(item.tone for item in found)
        found.append(Action(words.ACTION_LABELS[move], href, "get", "primary" if leads_on else ""))
    if service.may_correct(dossier):
        found.append(Action(lazy("更正内容"), f"{base}/edit", "get"))
    if service.may_record_consent(dossier):
        found.append(Action(lazy("登记投资方同意"), f"{base}/consent", "get"))
    return found


def facts(view: AnyView, names: dict[str, str], locale: Locale) -> list[tuple[str, Any]]:
    """Return who and what, as label and value."""
    shown: list[tuple[str, Any]] = []
    if isinstance(view, OpenView):
        shown += [
            (lazy("登记编号"), view.code),
            (lazy("代号"), view.code_name),
            (lazy("投资方"), view.investor_name),
            (lazy("统一社会信用代码"), view.investor_credit_code),
            (lazy("资金类型"), words.fund_text(view.fund_kind, locale)),
            (lazy("来源渠道"), view.channel),
            (lazy("首谈单位"), names.get(view.origin, view.origin)),
            (lazy("承接县区"), names.get(view.host_county or "", view.host_county)),
            (lazy("承接园区"), names.get(view.host_park or "", view.host_park)),
        ]
    elif getattr(view, "masked_name", None) is not None:
        masked = getattr(view, "masked_name", "")
        shown += [(lazy("代号"), getattr(view, "code_name", "")), (lazy("投资方"), gettext(masked, locale))]
    elif hasattr(view, "code_name"):
        shown += [(lazy("代号"), view.code_name)]
    elif hasattr(view, "investor_name"):
        shown += [(lazy("投资方"), view.investor_name)]
    shown.append((lazy("产业"), words.industry_text(view, locale)))
    shown.append((lazy("投资（万元）"), words.investment_text(view, locale)))
    return [(gettext(label, locale), value or filters.NOTHING) for label, value in shown]


def needs(view: AnyView, locale: Locale) -> list[tuple[str, Any]]:
    """Return what the project needs and brings, as label and value."""
    shown: list[tuple[str, Any]] = [(lazy("用地（亩）"), words.land_text(view, locale))]
    if isinstance(view, Exact):
        shown += [
            (lazy("厂房（平方米）"), filters.number(view.hall_m2)),
            (lazy("年能耗（吨标准煤）"), filters.number(view.energy_tce)),
            (lazy("用水（吨/日）"), filters.number(view.water_td)),
            (lazy("COD（千克/年）"), filters.number(view.cod_kg)),
            (lazy("固定资产投资（万元）"), filters.wan(view.fixed_investment_fen)),
            (lazy("预计年产值（万元）"), filters.wan(view.output_fen)),
            (lazy("预计年税收（万元）"), filters.wan(view.tax_fen)),
        ]
    return [(gettext(label, locale), value) for label, value in shown]


def deadlines(dossier: Dossier, view: AnyView, locale: Locale) -> list[tuple[str, Any]]:
    """Return the dates that matter now; a passed one is due now and flagged."""
    project = dossier.project
    dated: list[tuple[str, date | None]] = []
    if isinstance(view, OpenView) and project.state in _LIVE:
        dated += [
            (lazy("首谈保护至"), project.protected_until if project.state is State.accepted else None),
            (lazy("申领窗口至"), project.window_until),
            (lazy("可召回之日"), project.recall_from),
        ]
    dated.append((lazy("答复期限"), getattr(view, "answer_by", None)))
    if project.state in _LIVE:
        dated.append((lazy("最迟供地日期"), getattr(view, "land_deadline", None)))
    return [
        (gettext(label, locale), countdown(on, dossier.today, locale))
        for label, on in dated
        if on is not None
    ]


def countdown(on: date, today: date, locale: Locale) -> Any:
    """Return a date with the days left or late, and whether the calendar may still change."""
    found = due(as_deadline(on), today)
    if found.overdue:
        words_left = filters.tag(gettext(lazy("已过 {n} 天"), locale, n=found.days_late), "bad")
    else:
        tone = "warn" if found.days_left <= 7 else ""  # noqa: PLR2004 - a week
        words_left = filters.tag(gettext(lazy("还剩 {n} 天"), locale, n=found.days_left), tone)
    provisional = filters.tag(gettext(lazy("暂定"), locale)) if found.provisional else ""
    return Markup("{} {} {}").format(filters.day(on), words_left, provisional)


def transfer_reason(dossier: Dossier, view: AnyView, locale: Locale) -> list[tuple[str, Any]]:
    """Return why the lead is passed on, for those who see where it comes from."""
    transfer = dossier.transfer
    if transfer is None or not isinstance(view, OpenView):
        return []
    return [
        (gettext(lazy("流转原因"), locale), words.reason_text(transfer.reason, locale)),
        (gettext(lazy("佐证材料"), locale), transfer.evidence),
        (gettext(lazy("申请日期"), locale), filters.day(transfer.applied_on)),
        (gettext(lazy("投资方同意流转"), locale), filters.day(transfer.investor_consent_on)),
    ]


_PLAIN_FACTS = ("reason", "evidence", "minutes", "remark", "finance_review", "legal_review")


def entries(
    moves: list[MoveAnswer], names: dict[str, str], locale: Locale
) -> list[tuple[date, str, str, str]]:
    """Return the history for the timeline, latest first."""
    return [
        (
            row.on_date,
            gettext(words.action_label(row.action), locale),
            "；".join(_told(row.facts, names, locale)),
            f"{names.get(row.office, row.office)} {row.name}".strip(),
        )
        for row in reversed(moves)
    ]


def _told(kept: dict[str, object], names: dict[str, str], locale: Locale) -> list[str]:
    told = [names.get(str(kept[key]), str(kept[key])) for key in ("county", "park") if kept.get(key)]
    for key in ("counties", "parks"):
        found = kept.get(key)
        if isinstance(found, list):
            told.append("、".join(names.get(str(code), str(code)) for code in found))
    for key in _PLAIN_FACTS:
        value = str(kept.get(key) or "")
        if key == "reason":
            value = _reason_words(value, locale)
        if value:
            told.append(value)
    return told


def _reason_words(value: str, locale: Locale) -> str:
    if value in set(TransferReason):
        return words.reason_text(value, locale)
    if value in set(Exit):
        return gettext(EXITS[Exit(value)], locale)
    return value
