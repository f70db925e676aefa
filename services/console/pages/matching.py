"""待审匹配, 运行匹配: the latest run's proposals, the runs, and the form that starts one."""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from allocation.lifecycle import State
from auth.scopes import Scope, has_scope
from services.console.frame import redirect, render
from services.console.matching_words import WORDS, Field, Reader, Runner, form_errors, number
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.matching import service
from services.matching.fair_results import fairness_of
from services.matching.run_changes import changes_of
from services.matching.schemas import PlacementAnswer, RunForm
from services.matching.unmatched import chosen_since
from services.matching.words import RunState

router = APIRouter()

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
        since=await chosen_since(session, principal),
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


_FIRST: Final = {"seconds": "30", "seed": "1", "warm": "", "churn_budget": ""}
"""The form as it is opened."""


@router.get("/matches/runs/new")
async def new_run(request: Request, principal: Runner) -> Response:
    """Show the form that starts a run."""
    return render(request, principal, "matching/new.html", errors={}, form=_FIRST)


@router.post("/matches/runs")
async def start_run(
    request: Request,
    principal: Runner,
    session: SessionDep,
    seconds: Field = "",
    seed: Field = "",
    warm: Field = "",
    churn_budget: Field = "",
) -> Response:
    """Start a run."""
    try:
        asked = RunForm(
            seconds=number(seconds),
            seed=number(seed),
            warm=warm == "yes",
            churn_budget=number(churn_budget) if churn_budget else None,
        )
        run = await service.request_run(session, principal, asked)
    except (ValidationError, DomainError) as error:
        errors = form_errors(request, error)
        form = {"seconds": seconds, "seed": seed, "warm": warm, "churn_budget": churn_budget}
        return render(request, principal, "matching/new.html", status=422, errors=errors, form=form)
    return redirect(request, f"/matches/runs/{run.id}", lazy("已提交匹配运行"))


@router.get("/matches/runs/{run_id}")
async def run(request: Request, run_id: UUID, principal: Reader, session: SessionDep) -> Response:
    """Show how far a run is, and what came out."""
    stored = await service.run_of(session, principal, run_id)
    fair = stored.fairness is not None and stored.state is RunState.done
    return render(
        request,
        principal,
        "matching/run.html",
        run=service.run_answer(principal, stored),
        last=await fairness_of(session, principal, stored) if fair else None,
        changes=await changes_of(session, principal, stored) if stored.state is RunState.done else None,
        names=await service.unit_names(session, principal),
        words=WORDS,
    )
