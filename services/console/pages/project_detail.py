"""A project as this person sees it: facts, deadlines, hosts, history, and what may be done next."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from allocation.clocks import due
from allocation.lifecycle import Action as Move
from allocation.lifecycle import State
from auth.funds import can_enter_funds, can_see_funds
from auth.policy import View
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.clocks.service import clocks_of
from services.clocks.words import COLOURS, KINDS, SUPERIORS, TONES
from services.console import filters
from services.console import project_words as words
from services.console.frame import Action, render
from services.console.pool_acts import pool_buttons
from services.console.pool_card import pool_card, ranked_together
from services.console.project_acts import ADDRESSES, SEVERE
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.projects import service
from services.projects.actions import DISPUTED, ELSEWHERE
from services.projects.answers import Exact, Masked, MoveAnswer, OpenView
from services.projects.dossier import Dossier
from services.projects.merging_views import OPEN, merges_view
from services.projects.pool_words import LOSS_REASONS, LossReason
from services.projects.protection import as_deadline
from services.projects.steps.chained import sheets_for
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


CLOCK_WORDS = {"kinds": KINDS, "colours": COLOURS, "superiors": SUPERIORS, "tones": TONES}


@router.get("/projects/{ref}")
async def project(ref: str, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show a project: sealed, proposed or open."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    view = service.view_of(dossier)
    locale = locale_of(request)
    names = await unit_names(session, principal.city)
    sheets = await sheets_for(session, dossier, getattr(view, "actions", ()))
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
        clocks=await clocks_of(session, principal, dossier.project.id, dossier.today),
        clock_words=CLOCK_WORDS,
        terms=getattr(view, "floor_terms", None),
        reason=transfer_reason(dossier, view, locale),
        candidates=service.candidates(dossier),
        applications=service.applications(dossier),
        entries=entries(await service.history(session, dossier), names, locale),
        actions=buttons(dossier, view, sheets) + await pool_buttons(session, dossier),
        beside=await pool_card(session, dossier, names, locale),
        ranked=await ranked_together(session, dossier),
        names=names,
        rivals=await service.rivals(session, dossier),
        grounds=GROUNDS,
        states=STATE_LABELS,
        merges=await merges_view(session, dossier),
    )


def buttons(dossier: Dossier, view: AnyView, sheets: Mapping[Move, str]) -> list[Action]:
    """Return what may be done next, as links to its form: the API's own list.

    Args:
        dossier: the project for its asker.
        view: what the asker sees of it.
        sheets: moves that several people sign, with the approval sheet each is made on.
    """
    base = f"/projects/{dossier.project.public_id}"
    found: list[Action] = []
    if dossier.protection is not None and isinstance(view, OpenView) and view.view in {"owner", "office"}:
        found.append(Action(lazy("首谈保护"), f"/first-talk/protections/{dossier.project.public_id}", "get"))
    for move in getattr(view, "actions", ()):
        if move in DISPUTED:
            if move is Move.dispute:
                href = f"/first-talk/new?project={dossier.project.public_id}"
                found.append(Action(words.ACTION_LABELS[move], href, "get"))
            continue
        href = _href(dossier, move, sheets)
        leads_on = move not in SEVERE and not any(item.tone for item in found)
        found.append(Action(words.ACTION_LABELS[move], href, "get", "primary" if leads_on else ""))
    if service.may_correct(dossier):
        found.append(Action(lazy("更正内容"), f"{base}/edit", "get"))
    if service.may_record_consent(dossier):
        found.append(Action(lazy("登记投资方同意"), f"{base}/consent", "get"))
    if dossier.view in OPEN and has_scope(dossier.principal.role, Scope.files_read):
        found.append(Action(lazy("佐证文件"), f"{base}/files", "get"))
    found += _of_funds(dossier)
    if isinstance(view, Masked):
        found.append(Action(lazy("项目码"), f"/libraries/codes/{dossier.project.public_id}", "get"))
    if dossier.view is View.office:
        found.append(Action(lazy("重复线索合并"), f"{base}/merge", "get"))
    return found


def _of_funds(dossier: Dossier) -> list[Action]:
    """Return the ways to what a signed project paid in."""
    project, principal = dossier.project, dossier.principal
    place = (project.host_county, project.host_park)
    if project.signed_on is None or not can_see_funds(principal, project.origin, *place):
        return []
    found = []
    if has_scope(principal.role, Scope.funds_read):
        found.append(Action(lazy("到位资金"), f"/funds?project={project.public_id}&year=all", "get"))
    if project.host_county is not None and can_enter_funds(principal, project.host_county, project.host_park):
        found.append(Action(lazy("填报到位资金"), f"/funds/new?project={project.public_id}", "get"))
    return found


def _href(dossier: Dossier, move: Move, sheets: Mapping[Move, str]) -> str:
    if move in sheets and move is not Move.hold:
        # A decision for another park than the first rank is signed on its match, so that page leads on.
        return f"/approvals/{sheets[move]}"
    if move in ELSEWHERE:
        return f"/matches/{dossier.project.id}" if move is Move.hold else "/agreements"
    base = f"/projects/{dossier.project.public_id}"
    return f"{base}/{ADDRESSES[move]}" if move in ADDRESSES else f"{base}/moves/{move.value}"


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
            _titled(row, locale),
            "；".join(_told(row, names, locale)),
            f"{names.get(row.office, row.office)} {row.name}".strip(),
        )
        for row in reversed(moves)
    ]


def _titled(row: MoveAnswer, locale: Locale) -> str:
    """Say what was done, and of which lead where it was one that was merged."""
    said = gettext(words.action_label(row.action), locale)
    return said if row.lead is None else f"{said} · {row.lead_code}"


def _told(row: MoveAnswer, names: dict[str, str], locale: Locale) -> list[str]:
    kept = row.facts
    told = [names.get(str(kept[key]), str(kept[key])) for key in ("county", "park") if kept.get(key)]
    for key in ("counties", "parks"):
        found = kept.get(key)
        if isinstance(found, list):
            told.append("、".join(names.get(str(code), str(code)) for code in found))
    for key in _PLAIN_FACTS:
        value = str(kept.get(key) or "")
        if key == "reason":
            value = _reason_words(row.action, value, locale)
        if value:
            told.append(value)
    return told


def _reason_words(action: str, value: str, locale: Locale) -> str:
    """Say a reason; the lists share some values, so what was done tells which of them it is from."""
    if value in set(TransferReason):
        return words.reason_text(value, locale)
    if action == Move.lose and value in set(LossReason):
        return gettext(LOSS_REASONS[LossReason(value)], locale)
    if value in set(Exit):
        return gettext(EXITS[Exit(value)], locale)
    return value
