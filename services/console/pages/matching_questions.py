"""为什么不是我们, and 测算: how parks stood in a run, and questions whose answers are worked out apart."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.frame import redirect, render
from services.console.matching_sayings import SAYINGS, nearest
from services.console.matching_words import UNITS, WORDS, Field, Reader, Ref, form_errors, number
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy
from services.matching import service
from services.matching.questions import reading
from services.matching.questions import service as questions
from services.matching.questions.forms import AlternativesForm, PairForm, WouldWinForm
from services.matching.questions.tables import MatchQuestion
from services.matching.questions.words import QuestionKind
from services.projects import service as projects

router = APIRouter()

Asker = Annotated[Principal, Depends(NeedsScope(Scope.matches_ask))]
CODE: Final = 40


@router.get("/matches/questions/{question_id}")
async def question(request: Request, question_id: UUID, principal: Reader, session: SessionDep) -> Response:
    """Show a question: how far it is, then its answer."""
    found = await questions.question_of(session, principal, question_id)
    about = None if found.project is None else await projects.project(session, principal, found.project)
    return render(
        request,
        principal,
        "matching/question.html",
        question=found,
        project=about,
        names=await service.unit_names(session, principal),
        units=UNITS,
        words=WORDS | SAYINGS,
    )


@router.get("/matches/{ref}/why-not")
async def why_not(
    request: Request,
    ref: Ref,
    principal: Reader,
    session: SessionDep,
    park: Annotated[str, Query(max_length=CODE)] = "",
) -> Response:
    """Show how parks stood for a project in the latest run, and what would change that."""
    return await _why_not(request, principal, session, ref, park, {})


@router.post("/matches/{ref}/questions")
async def ask(
    request: Request,
    ref: Ref,
    principal: Asker,
    session: SessionDep,
    kind: Field = "",
    park: Field = "",
    level: Field = "",
    run: Field = "",
) -> Response:
    """Ask a question about a project; its page shows the answer when it is there."""
    try:
        async with session.begin_nested():
            row = await _ask(session, principal, ref, kind, {"park": park, "run": run or None}, level)
    except (ValidationError, DomainError) as error:
        return await _why_not(request, principal, session, ref, "", form_errors(request, error))
    return redirect(request, f"/matches/questions/{row.id}", lazy("已提交测算"))


async def _ask(
    session: AsyncSession, principal: Principal, ref: str, kind: str, sent: dict[str, str | None], level: str
) -> MatchQuestion:
    if kind == QuestionKind.alternatives:
        form = AlternativesForm.model_validate({"run": sent["run"]})
        return await questions.ask_alternatives(session, principal, ref, form)
    if kind == QuestionKind.would_win:
        asked = WouldWinForm.model_validate({**sent, "level": number(level)})
        return await questions.ask_pair(
            session, principal, ref, QuestionKind.would_win, asked, level=asked.level
        )
    other = QuestionKind.override_price if kind == QuestionKind.override_price else QuestionKind.why_not
    return await questions.ask_pair(session, principal, ref, other, PairForm.model_validate(sent))


async def _why_not(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    ref: str,
    park: str,
    errors: dict[str, str],
) -> Response:
    card = await reading.why_not(session, principal, ref)
    chosen = [row for row in card.parks if row.park == park] or list(card.parks)
    return render(
        request,
        principal,
        "matching/why_not.html",
        status=422 if errors else 200,
        card=card,
        shown=chosen,
        park=park,
        project=await projects.project(session, principal, card.project),
        nearest=nearest(card.parks),
        may_ask=has_scope(principal.role, Scope.matches_ask),
        may_decide=has_scope(principal.role, Scope.matches_decide),
        names=await service.unit_names(session, principal),
        units=UNITS,
        words=WORDS | SAYINGS,
        errors=errors,
    )
