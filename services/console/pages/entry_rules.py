"""准入规则: dated versions side by side; the city's office adds one by editing the newest."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from allocation.entry import NUMERIC
from auth.intake import can_set_entry_rules
from auth.principal import Principal
from auth.scopes import Scope
from services.console.entry_findings import asked_words, possible
from services.console.frame import field_errors, redirect, render
from services.console.plain_forms import revision_of
from services.console.session import NeedsScope
from services.entry.schemas import RuleIn, RuleSetAnswer, RuleSetIn
from services.entry.service import new_version, versions
from services.entry.words import EFFECTS, MEASURES
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import gettext, lazy, locale_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.regions_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.regions_write))]

SIDE_BY_SIDE: Final = 3
"""Versions that the table shows beside each other, newest first."""

LONGEST: Final = 2000


@router.get("/entry-rules")
async def show_rules(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show the versions, with the form of a next one for the city's office."""
    return await _page(request, principal, session, clock, {}, {})


@router.post("/entry-rules")
async def post_rules(request: Request, principal: Writer, session: SessionDep, clock: ClockDep) -> Response:
    """Add a version: 303 to the page, 422 with the form otherwise."""
    sent = await request.form()
    today = await clock.today(session, principal.city)
    newest = (await versions(session, principal, today)).items[0]
    typed = {name: str(value)[:LONGEST] for name, value in sent.items()}
    try:
        form = RuleSetIn.model_validate(
            {
                "effective_from": typed.get("effective_from", ""),
                "note": typed.get("note", ""),
                "rules": _rules(newest, sent),
            }
        )
        async with session.begin_nested():
            made = await new_version(session, principal, form, today, revision_of(sent))
    except ValidationError as error:
        wrong = gettext(lazy("请填写，或改到允许的范围之内"), locale_of(request))
        errors = {_place(item["loc"]): wrong for item in error.errors()}
    except DomainError as error:
        errors = field_errors(request, error)
    else:
        return redirect(request, "/entry-rules", lazy("已新立第 {n} 版准入规则"), n=made.version)
    return await _page(request, principal, session, clock, typed, errors)


def _rules(newest: RuleSetAnswer, sent: FormData) -> list[dict[str, Any]]:
    """Read the rules that were kept: thresholds, lists, effects and citations may change, names do not."""
    rules = []
    for place, rule in enumerate(newest.rules):
        if sent.get(f"drop-{place}") == "1":
            continue
        changed: dict[str, Any] = rule.model_dump(mode="json")
        changed["effect"] = str(sent.get(f"effect-{place}", ""))
        changed["citation"] = str(sent.get(f"citation-{place}", ""))[:LONGEST]
        value = str(sent.get(f"value-{place}", ""))[:LONGEST]
        if rule.measure in NUMERIC:
            changed["threshold"] = value.strip().replace(",", "")
        else:
            changed["listed"] = value.replace("，", " ").replace(",", " ").split()
        rules.append(changed)
    return rules


def _place(location: tuple[int | str, ...]) -> str:
    """Name the input that an error of the model belongs to; a rule's is told for the whole form."""
    return str(location[0]) if location and location[0] in {"effective_from", "note"} else ""


def said(rule: RuleIn) -> str:
    """Return what a rule compares with, as it is typed."""
    return rule.threshold if rule.threshold is not None else " ".join(rule.listed)


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    clock: ClockDep,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> Response:
    found = (await versions(session, principal, await clock.today(session, principal.city))).items
    shown = found[:SIDE_BY_SIDE]
    codes = list(dict.fromkeys(rule.code for version in shown for rule in version.rules))
    rows = [
        (code, [next((rule for rule in version.rules if rule.code == code), None) for version in shown])
        for code in codes
    ]
    locale = locale_of(request)
    return render(
        request,
        principal,
        "entry/rules.html",
        status=422 if errors else 200,
        found=found,
        shown=shown,
        rows=rows,
        newest=found[0],
        said=said,
        compared=lambda rule: asked_words(rule, locale),
        possible=lambda rule: possible(rule.measure, locale),
        may_edit=can_set_entry_rules(principal),
        typed=typed,
        errors=errors,
        effects=[(key.value, gettext(text, locale)) for key, text in EFFECTS.items()],
        words={"measure": MEASURES, "effect": EFFECTS},
    )
