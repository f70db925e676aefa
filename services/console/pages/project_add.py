"""登记线索: 填写 → 核对 → 完成. The check page also shows earlier records of the same firm."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from auth.principal import Principal, Role
from auth.scopes import Scope
from services.console.entry_findings import filing_errors, told
from services.console.frame import redirect, render
from services.console.project_estimate import Panel, panel_of_form
from services.console.project_fields import NUMBERS, Field, fill, parse, typed_values
from services.console.project_forms import REGISTER
from services.console.session import NeedsScope
from services.entry.repo import checks_of
from services.entry.schemas import FindingAnswer
from services.firms.errors import TooManyChecks
from services.firms.words import ALIKE_WORDS
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.idempotency import Idempotent
from services.kit.tables import uuid7
from services.projects import service
from services.projects.answers import Duplicate
from services.projects.dossier import Dossier
from services.projects.errors import NotYours
from services.projects.schemas import DuplicateQuery, ProjectForm
from services.regions.repo import load_chains, load_regions, unit_names

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.projects_write))]


async def register_fields(session: AsyncSession, principal: Principal) -> tuple[Field, ...]:
    """Return the fields of a registration with what this person may choose."""
    regions = [(row.code, row.name) for row in await load_regions(session, principal.city)]
    if principal.role is not Role.city_office:
        regions = [(code, name) for code, name in regions if code == principal.county]
    industries = {
        row.industry: f"{row.industry} {row.industry_name}"
        for row in await load_chains(session, principal.city)
    }
    choices = {"origin": regions, "industry": sorted(industries.items())}
    return tuple(field.with_options(choices.get(field.name, field.options)) for field in REGISTER)


@router.get("/projects/new")
async def new_project(request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show the form."""
    fields = await register_fields(session, principal)
    own = fields[0].options
    typed = {"origin": own[0][0]} if len(own) == 1 else {}
    return _form(request, principal, fields, typed, {})


@router.post("/projects/new")
async def post_project(request: Request, principal: Writer, session: SessionDep) -> Response:
    """Check what was typed, go back to it, or register it: 303 to the lead's page."""
    form = await request.form()
    fields = await register_fields(session, principal)
    typed = typed_values(fields, form)
    step = form.get("step", "check")
    if step == "edit":
        return _form(request, principal, fields, typed, {})
    if step == "estimate":
        panel = await panel_of_form(request, session, principal, fields, form)
        status = 422 if panel.errors else 200
        return _form(request, principal, fields, typed, panel.errors, panel=panel, status=status)
    locale = locale_of(request)
    values, errors = parse(fields, typed, locale)
    made, wrong = fill(ProjectForm, values, locale) if not errors else (None, errors)
    if made is None:
        return _form(request, principal, fields, typed, wrong, status=422)
    try:
        if step == "save":
            return await _register_once(request, principal, session, made, str(form.get("once", "")))
        async with session.begin_nested() as savepoint:
            # The check page runs the very registration and takes it back: what it shows will go through.
            tried = await service.register(session, principal, made)
            [check] = await checks_of(session, principal.city, tried.id)
            findings = [FindingAnswer.model_validate(item) for item in check.findings]
            await savepoint.rollback()
    except DomainError as error:
        return _form(request, principal, fields, typed, filing_errors(request, error), status=422)
    query = DuplicateQuery(investor_name=made.investor_name, investor_credit_code=made.investor_credit_code)
    known, too_many = await _told(session, principal, query)
    return render(
        request,
        principal,
        "projects/check.html",
        pairs=shown_pairs(fields, typed, locale_of(request)),
        typed=typed,
        duplicates=known,
        too_many=too_many,
        alike_words=ALIKE_WORDS,
        findings=told(findings, locale),
        names=await unit_names(session, principal.city),
        once=str(uuid7()),
        panel=await panel_of_form(request, session, principal, fields, form),
    )


async def _told(
    session: AsyncSession, principal: Principal, query: DuplicateQuery, leave_out: str = ""
) -> tuple[list[Duplicate], bool]:
    """Return the earlier records of a like firm; or none, and that too much was asked."""
    try:
        return (await service.find_duplicates(session, principal, query, leave_out=leave_out)).items, False
    except TooManyChecks:
        return [], True


class Registered(BaseModel):
    """What the page after a registration needs."""

    public_id: str
    code: str


async def _register_once(
    request: Request, principal: Principal, session: AsyncSession, made: ProjectForm, once: str
) -> Response:
    """Register the lead of one check page once, however often its button is pressed."""

    async def effect() -> Registered:
        async with session.begin_nested():
            project = await service.register(session, principal, made)
        return Registered(public_id=project.public_id, code=project.code)

    answer = await Idempotent(session, request, once).run(principal, principal.city, effect, status=303)
    stored = Registered.model_validate_json(bytes(answer.body))
    note = lazy("已登记线索 {code}，等待县内审核")
    return redirect(request, f"/projects/{stored.public_id}", note, code=stored.code)


@router.get("/projects/{ref}/edit")
async def edit_project(ref: str, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Show a lead's content to be corrected."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    if not service.may_correct(dossier):
        raise NotYours
    fields = await register_fields(session, principal)
    typed = {field.name: _typed(field, getattr(dossier.project, field.name)) for field in fields}
    return _edit_form(request, dossier, fields, typed, {})


@router.post("/projects/{ref}/edit")
async def post_edit(ref: str, request: Request, principal: Writer, session: SessionDep) -> Response:
    """Correct a lead: 303 to its page, 422 with the form otherwise."""
    dossier = await service.open_dossier(session, principal, ref[:40])
    form = await request.form()
    fields = await register_fields(session, principal)
    typed = typed_values(fields, form)
    locale = locale_of(request)
    values, errors = parse(fields, typed, locale)
    made, wrong = fill(ProjectForm, values, locale) if not errors else (None, errors)
    if made is None:
        return _edit_form(request, dossier, fields, typed, wrong)
    firm = DuplicateQuery(investor_name=made.investor_name, investor_credit_code=made.investor_credit_code)
    lead = dossier.project
    same = (lead.investor_name, lead.investor_credit_code) == (made.investor_name, made.investor_credit_code)
    fresh = service.may_correct(dossier) and seen_version(form) == lead.version
    if fresh and not same and form.get("checked") != _mark(firm):
        known, too_many = await _told(session, principal, firm, lead.public_id)
        names = await unit_names(session, principal.city)
        told_of = {"known": known, "too_many": too_many, "names": names, "checked": _mark(firm)}
        return _edit_form(request, dossier, fields, typed, {}, **told_of)
    try:
        async with session.begin_nested():
            await service.correct(session, principal, ref[:40], made, version=seen_version(form))
    except DomainError as error:
        return _edit_form(request, dossier, fields, typed, filing_errors(request, error))
    return redirect(request, f"/projects/{dossier.project.public_id}", lazy("已更正"))


def _mark(firm: DuplicateQuery) -> str:
    """Say in a form of which firm its reader has seen the check."""
    return f"{firm.investor_credit_code or ''} {firm.investor_name}"


def seen_version(form: FormData) -> int:
    """Return the version that the form was shown with; 0, which no project has, where it is missing."""
    seen = form.get("version")
    return int(seen) if isinstance(seen, str) and seen.isascii() and seen.isdigit() else 0


def _typed(field: Field, value: Any) -> str:
    """Write a stored value as it is typed."""
    if field.kind in NUMBERS and isinstance(value, int):
        return f"{Decimal(value) / NUMBERS[field.kind].factor:f}"
    return str(value if value is not None else "")


def _edit_form(
    request: Request,
    dossier: Dossier,
    fields: tuple[Field, ...],
    typed: Mapping[str, Any],
    errors: dict[str, str],
    **more: Any,
) -> Response:
    return render(
        request,
        dossier.principal,
        "projects/edit.html",
        status=422 if errors else 200,
        fields=fields,
        typed=typed,
        errors=errors,
        ref=dossier.project.public_id,
        version=dossier.project.version,
        project_title=dossier.project.name,
        alike_words=ALIKE_WORDS,
        **({"known": None, "too_many": False, "checked": "", "names": {}} | more),
    )


def _form(
    request: Request,
    principal: Principal,
    fields: tuple[Field, ...],
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    panel: Panel | None = None,
    status: int = 200,
) -> Response:
    return render(
        request,
        principal,
        "projects/new.html",
        status=status,
        fields=fields,
        typed=typed,
        errors=errors,
        panel=panel,
    )


def shown_pairs(fields: tuple[Field, ...], typed: Mapping[str, Any], locale: Any) -> list[tuple[str, str]]:
    """Return label and value of what was typed, with the words of what was chosen and the units."""
    pairs = []
    for field in fields:
        value = str(typed.get(field.name) or field.default)
        if field.options:
            value = gettext(dict(field.options).get(value, value), locale)
        unit = field.shown_unit()
        shown = f"{value} {gettext(unit, locale)}" if unit and value else value
        pairs.append((gettext(field.label, locale), shown or "—"))
    return pairs
