"""待审匹配, 审核匹配, 运行匹配: what the matcher proposes, why, why not, and the city's decision."""

from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.lifecycle import State
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError, FieldError, Invalid
from services.kit.i18n import lazy
from services.matching import service
from services.matching.errors import NoSuchMatch
from services.matching.schemas import DecisionForm, PlacementAnswer, RunForm
from services.matching.words import FAILURES, OVERRIDES, PARTS, RULES, RUN_STATES, STATUSES
from services.projects import service as projects
from services.projects.words import STATE_LABELS

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.matches_read))]
Runner = Annotated[Principal, Depends(NeedsScope(Scope.matches_run))]
Decider = Annotated[Principal, Depends(NeedsScope(Scope.matches_decide))]
Ref = Annotated[str, Path(min_length=1, max_length=40)]
Field = Annotated[str, Form(max_length=2000)]

WORDS: Final[dict[str, Any]] = {
    "rules": RULES,
    "parts": PARTS,
    "states": STATE_LABELS,
    "run_states": RUN_STATES,
    "statuses": STATUSES,
    "failures": FAILURES,
    "overrides": OVERRIDES,
}
UNITS: Final = {
    "mu": lazy("亩"),
    "m2": lazy("平方米"),
    "tce": lazy("吨标准煤/年"),
    "td": lazy("吨/日"),
    "kg": lazy("千克/年"),
    "days": lazy("天"),
    "fen_per_mu": lazy("万元/亩"),
    "score": lazy("分"),
    "bp": "",
    "region": "",
    "industry": "",
}
SHOWS: Final = {
    "waiting": lazy("待审定"),
    "placed": lazy("已落位"),
    "unplaced": lazy("未落位"),
    "all": lazy("全部"),
}


@router.get("/matches")
async def matches(
    request: Request, principal: Reader, session: SessionDep, show: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """List the projects of the latest run: what waits for a decision first."""
    run = await service.latest(session, principal)
    rows = [] if run is None else await service.placements(session, principal, run)
    kind = show if show in SHOWS else ("waiting" if any(_waits(row) for row in rows) else "all")
    chosen: dict[str, Callable[[PlacementAnswer], bool]] = {
        "waiting": _waits,
        "placed": lambda row: row.park is not None,
        "unplaced": lambda row: row.park is None,
        "all": lambda _: True,
    }
    return render(
        request,
        principal,
        "matching/list.html",
        run=None if run is None else service.run_answer(principal, run),
        rows=[row for row in rows if chosen[kind](row)],
        counts={name: sum(1 for row in rows if test(row)) for name, test in chosen.items()},
        shows=SHOWS,
        show=kind,
        names=await service.unit_names(session, principal),
        may_run=has_scope(principal.role, Scope.matches_run),
        words=WORDS,
        fragment="list",
    )


def _waits(row: PlacementAnswer) -> bool:
    return row.state is State.chosen


@router.get("/matches/runs")
async def runs(
    request: Request,
    principal: Reader,
    session: SessionDep,
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """List the runs."""
    secret = request.app.state.settings.secret.get_secret_value()
    page = await service.list_runs(session, principal, secret=secret, cursor=cursor or None)
    return render(
        request,
        principal,
        "matching/runs.html",
        page=page,
        may_run=has_scope(principal.role, Scope.matches_run),
        words=WORDS,
        fragment="list",
    )


@router.get("/matches/runs/new")
async def new_run(request: Request, principal: Runner) -> Response:
    """Show the form that starts a run."""
    return render(request, principal, "matching/new.html", errors={}, form={"seconds": "30", "seed": "1"})


@router.post("/matches/runs")
async def start_run(
    request: Request, principal: Runner, session: SessionDep, seconds: Field = "", seed: Field = ""
) -> Response:
    """Start a run."""
    try:
        asked = RunForm(seconds=_number(seconds), seed=_number(seed))
        run = await service.request_run(session, principal, seconds=asked.seconds, seed=asked.seed)
    except (ValidationError, DomainError) as error:
        errors = _errors(request, error)
        form = {"seconds": seconds, "seed": seed}
        return render(request, principal, "matching/new.html", status=422, errors=errors, form=form)
    return redirect(request, f"/matches/runs/{run.id}", lazy("已提交匹配运行"))


@router.get("/matches/runs/{run_id}")
async def run(request: Request, run_id: UUID, principal: Reader, session: SessionDep) -> Response:
    """Show how far a run is, and what came out."""
    found = service.run_answer(principal, await service.run_of(session, principal, run_id))
    return render(request, principal, "matching/run.html", run=found, words=WORDS)


@router.get("/matches/decisions/{decision_id}")
async def decision(request: Request, decision_id: UUID, principal: Decider, session: SessionDep) -> Response:
    """Show a decision to its second signer."""
    found = await service.waiting_decision(session, principal, decision_id)
    return await _second(request, principal, session, found, {})


@router.post("/matches/decisions/{decision_id}")
async def sign(
    request: Request, decision_id: UUID, principal: Decider, session: SessionDep, answer: Field = ""
) -> Response:
    """Sign a decision as the second person, or refuse it."""
    found = await service.waiting_decision(session, principal, decision_id)
    try:
        async with session.begin_nested():
            await service.countersign(session, principal, decision_id, agree=answer == "agree")
    except DomainError as error:
        return await _second(request, principal, session, found, field_errors(request, error))
    return redirect(request, "/matches", lazy("已签署"))


async def _second(
    request: Request, principal: Principal, session: AsyncSession, found: Any, errors: dict[str, str]
) -> Response:
    dossier = await projects.open_dossier(session, principal, found.project)
    return render(
        request,
        principal,
        "matching/decision.html",
        status=422 if errors else 200,
        decision=found,
        project=projects.view_of(dossier),
        names=await service.unit_names(session, principal),
        own=found.decided_by == principal.account,
        words=WORDS,
        errors=errors,
    )


@router.get("/matches/{ref}")
async def match(request: Request, ref: Ref, principal: Reader, session: SessionDep) -> Response:
    """Show what the latest run says of a project, and the form of the decision."""
    return await _review(request, principal, session, ref, {}, {})


@router.post("/matches/{ref}")
async def decide(
    request: Request,
    ref: Ref,
    principal: Decider,
    session: SessionDep,
    run: Field = "",
    version: Field = "",
    park: Field = "",
    override_reason: Field = "",
    minutes: Field = "",
    note: Field = "",
) -> Response:
    """Decide which host holds the project."""
    form = {"park": park, "override_reason": override_reason, "minutes": minutes, "note": note}
    try:
        asked = DecisionForm.model_validate({**form, "override_reason": override_reason or None, "run": run})
        async with session.begin_nested():
            made = await service.decide(
                session,
                principal,
                ref,
                asked.park,
                asked.run,
                override_reason=asked.override_reason,
                minutes=asked.minutes,
                note=asked.note,
                version=_number(version),
            )
    except (ValidationError, DomainError) as error:
        return await _review(request, principal, session, ref, form, _errors(request, error))
    if made.hold is None:
        return redirect(request, "/matches", lazy("已记录审定意见，等待第二人签署"))
    return redirect(request, "/matches", lazy("已审定，承接地已持有该项目"))


async def _review(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    ref: str,
    form: dict[str, str],
    errors: dict[str, str],
) -> Response:
    found = await service.match_of(session, principal, ref)
    dossier = await projects.open_dossier(session, principal, ref)
    ran = await service.run_of(session, principal, found.run)
    names = await service.unit_names(session, principal)
    project = projects.view_of(dossier)
    if project.view == "finance":  # finance reads no matches; the scope says so already
        raise NoSuchMatch
    return render(
        request,
        principal,
        "matching/review.html",
        status=422 if errors else 200,
        match=found,
        project=project,
        run=service.run_answer(principal, ran),
        names=names,
        chosen=None if dossier.chosen is None else dossier.chosen[1],
        may_decide=has_scope(principal.role, Scope.matches_decide) and project.state is State.chosen,
        waiting=any(row.state == "waiting" for row in found.decisions),
        units=UNITS,
        words=WORDS,
        form={"park": "", "override_reason": "", "minutes": "", "note": ""} | form,
        errors=errors,
    )


def _number(text: str) -> int:
    """Read a small whole number; -1, which no form takes, for anything else."""
    most = 9
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else -1


def _errors(request: Request, error: ValidationError | DomainError) -> dict[str, str]:
    """Name what is wrong by field."""
    if isinstance(error, DomainError):
        return field_errors(request, error)
    places = [
        FieldError("/" + "/".join(map(str, item["loc"])), item["type"], lazy("请检查填写的内容"))
        for item in error.errors()
    ]
    return field_errors(request, Invalid(errors=places))
