"""合规: a host's promises with their checks, reviews, minutes and clauses, and the forms that record them."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.compliance import (
    can_check_promises,
    can_clear_clause,
    can_confirm_clearance,
    can_keep_compliance,
    can_review_legally,
)
from auth.errors import AuthError, NotPermitted
from auth.principal import Principal
from auth.scopes import Scope
from services.compliance import service, words
from services.compliance.cases import Case
from services.compliance.schemas import ClearanceAnswerForm, ClearanceForm, SheetForm
from services.compliance.words import OpinionKind
from services.console import compliance_forms as forms
from services.console.frame import field_errors, redirect, render
from services.console.once import Done, once
from services.console.project_fields import Field as FormField
from services.console.project_fields import Typed, fill, parse, typed_values
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.errors import DomainError, NotFound
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.repo import unit_names

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.compliance_read))]
County = Annotated[str | None, Query(pattern=r"^[0-9]{6}$")]
Line = Annotated[str, Form(max_length=1000)]

WORDS = {
    "kinds": words.ITEM_KINDS,
    "sources": words.SOURCES,
    "beneficiaries": words.BENEFICIARIES,
    "opinions": words.OPINIONS,
    "outcomes": words.OUTCOMES,
    "conclusions": words.CONCLUSIONS,
    "exceptions": words.EXCEPTIONS,
    "bodies": words.BODIES,
    "missing": words.MISSING,
    "rules": words.RULES,
    "texts": words.TEXT_SOURCES,
}


RECORDERS: dict[str, Callable[..., Awaitable[object]]] = {
    "sheet": service.record_sheet,
    "finance": service.record_opinion,
    "legal": service.record_opinion,
    "fair-review": service.record_review,
    "minutes": service.record_minutes,
}


@router.get("/projects/{ref}/compliance")
async def panel(
    request: Request, ref: str, principal: Reader, session: SessionDep, county: County = None
) -> Response:
    """Show a host's records of compliance and what a decision still lacks."""
    case = await service.open_case(session, principal, ref[:40], county)
    return await _panel(request, session, principal, case, {})


async def _panel(
    request: Request, session: AsyncSession, principal: Principal, case: Case, errors: dict[str, str]
) -> Response:
    letter, sheet = case.letter, case.sheet
    keep = can_keep_compliance(principal, letter.county, letter.park)
    maker = None if sheet is None else sheet.by
    return render(
        request,
        principal,
        "compliance/panel.html",
        status=422 if errors else 200,
        case=service.compliance_answer(case),
        names=await unit_names(session, principal.city),
        words=WORDS,
        errors=errors,
        may_list=keep,
        may_record=keep and sheet is not None,
        may_check=maker is not None
        and OpinionKind.finance not in case.opinions
        and can_check_promises(principal, letter.county, maker),
        may_review=maker is not None
        and OpinionKind.legal not in case.opinions
        and can_review_legally(principal, letter.county, maker),
        may_explain=can_clear_clause(principal, letter.county),
        confirmable={
            item.clearance.id
            for item in case.found
            if item.clearance is not None
            and item.answer is None
            and can_confirm_clearance(principal, item.clearance.by)
        },
    )


@router.get("/projects/{ref}/compliance/{record}")
async def show(
    request: Request, ref: str, record: str, principal: Reader, session: SessionDep, county: County = None
) -> Response:
    """Show the form of one record to those who may put it on file."""
    case = await service.open_case(session, principal, ref[:40], county)
    if record in RECORDERS and not _may_record(principal, case, record):
        raise NotPermitted
    if record == "sheet":
        listed = service.compliance_answer(case).sheet
        return await _act(
            request, session, principal, case, record, forms.rows_of(listed.items if listed else ()), {}
        )
    if record not in forms.SHEETS or case.sheet is None:
        raise NotFound
    return await _act(request, session, principal, case, record, {}, {})


def _may_record(principal: Principal, case: Case, record: str) -> bool:
    letter, sheet = case.letter, case.sheet
    if record == "finance":
        return sheet is None or can_check_promises(principal, letter.county, sheet.by)
    if record == "legal":
        return sheet is None or can_review_legally(principal, letter.county, sheet.by)
    return can_keep_compliance(principal, letter.county, letter.park)


@router.post("/projects/{ref}/compliance/{record}")
async def put(
    request: Request, ref: str, record: str, principal: Reader, session: SessionDep, county: County = None
) -> Response:
    """Put one record on file."""
    case = await service.open_case(session, principal, ref[:40], county)
    form = await request.form()
    locale = locale_of(request)
    if record == "sheet":
        typed = forms.typed_rows(form)
        items, errors = forms.read_rows(typed, locale)
        values: Typed = {"county": case.letter.county, "items": items}
        model: Any = SheetForm
        done = lazy("已登记承诺事项清单")
    elif record in forms.SHEETS and case.sheet is not None:
        sheet = forms.SHEETS[record]
        typed = typed_values(sheet.fields, form)
        values, errors = parse(sheet.fields, typed, locale)
        seen = form.get("sheet", "")
        values |= {"sheet": seen if isinstance(seen, str) else "", **sheet.fixed}
        model, done = sheet.form, sheet.done
    else:
        raise NotFound
    made = None
    if not errors:
        made, errors = fill(model, values, locale)
    if made is None:
        return await _act(request, session, principal, case, record, typed, errors)

    async def file() -> Done:
        await RECORDERS[record](session, principal, case.project.id, made)
        return Done(to=_home(case), note=done)

    try:
        return await once(request, principal, session, file)
    except DomainError as error:
        return await _act(request, session, principal, case, record, typed, field_errors(request, error))
    except AuthError as error:
        return await _act(
            request, session, principal, case, record, typed, {"": gettext(error.title, locale)}
        )


def _home(case: Case) -> str:
    return f"/projects/{case.project.public_id}/compliance?county={case.letter.county}"


async def _act(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    case: Case,
    act: str,
    typed: Typed,
    errors: dict[str, str],
) -> Response:
    sheet = forms.SHEETS.get(act)
    rows: list[tuple[FormField, ...]] = (
        [] if sheet else [forms.row_fields(row + 1) for row in range(forms.ROWS)]
    )
    fields = sheet.fields if sheet else ()
    known = {field.name for field in fields} | {field.name for row in rows for field in row}
    shown = {name if name in known else "": text for name, text in errors.items()}
    return render(
        request,
        principal,
        "compliance/act.html",
        status=422 if errors else 200,
        case=service.compliance_answer(case),
        title=sheet.title if sheet else lazy("登记承诺事项清单"),
        fields=fields,
        rows=rows,
        typed=typed,
        errors=shown,
        names=await unit_names(session, principal.city),
        words=WORDS,
        home=_home(case),
    )


@router.post("/projects/{ref}/clauses")
async def explain(
    request: Request,
    ref: str,
    principal: Reader,
    session: SessionDep,
    county: County = None,
    text_sha256: Line = "",
    rule: Line = "",
    start: Line = "",
    reason: Line = "",
) -> Response:
    """Say why a found clause is none."""
    case = await service.open_case(session, principal, ref[:40], county)
    asked = {
        "county": case.letter.county,
        "text_sha256": text_sha256,
        "rule": rule,
        "start": int(start) if start.isascii() and start.isdigit() else -1,
        "reason": reason,
    }
    try:
        form = ClearanceForm.model_validate(asked)

        async def clear() -> Done:
            await service.clear_clause(session, principal, case.project.id, form)
            return Done(to=_home(case), note=lazy("已记录说明，等待第二人确认"))

        return await once(request, principal, session, clear)
    except ValidationError:
        return await _panel(request, session, principal, case, _reasonless(request))
    except DomainError as error:
        return await _panel(request, session, principal, case, field_errors(request, error))
    except AuthError as error:
        return await _panel(request, session, principal, case, {"": gettext(error.title, locale_of(request))})


@router.post("/projects/{ref}/clauses/{clearance:uuid}")
async def answer(
    request: Request,
    ref: str,
    clearance: UUID,
    principal: Reader,
    session: SessionDep,
    county: County = None,
    agreed: Line = "",
    reason: Line = "",
) -> Response:
    """Agree as the second person, or refuse."""
    case = await service.open_case(session, principal, ref[:40], county)
    try:
        form = ClearanceAnswerForm(agreed=agreed == "yes", reason=reason)
        async with session.begin_nested():
            await service.answer_clearance(session, principal, case.project.id, clearance, form)
    except ValidationError:
        return await _panel(request, session, principal, case, _reasonless(request))
    except DomainError as error:
        return await _panel(request, session, principal, case, field_errors(request, error))
    except AuthError as error:
        return await _panel(request, session, principal, case, {"": gettext(error.title, locale_of(request))})
    return redirect(request, _home(case), lazy("已答复条款说明"))


def _reasonless(request: Request) -> dict[str, str]:
    return {"": gettext(lazy("请写明理由"), locale_of(request))}
