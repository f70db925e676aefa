"""县区均衡: the city's rule of fairness, what the latest runs say of each county, and credit balances."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.units import WHOLE
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console.fairness_sheets import both_sheets
from services.console.frame import redirect, render
from services.console.matching_words import Decider, Field, Reader, form_errors, number
from services.interchange.writing import write_workbook
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy, locale_of
from services.matching import balances, fair_results, fair_rules, fair_watch, service
from services.matching.fair_misreport import MEASURED
from services.matching.fair_schemas import FairnessAnswer, FairnessForm
from services.matching.fair_words import LIES, SERIES, VERDICTS
from services.matching.run_words import CLASHES, FAIR_RULES, MEASURES
from services.matching.sight import CITY_EYES
from services.regions import repo as regions

router = APIRouter()

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS: Final[dict[str, Any]] = {
    "measures": MEASURES,
    "fair_rules": FAIR_RULES,
    "clashes": CLASHES,
    "series": SERIES,
    "verdicts": VERDICTS,
    "lies": LIES,
}
PERCENT: Final = WHOLE // 100


@router.get("/fairness")
async def fairness(request: Request, principal: Reader, session: SessionDep, clock: ClockDep) -> Response:
    """Show the rule, the latest figures and how they went over time, and balances: one's own, or all."""
    rule = await fair_rules.rule_now(session, principal, clock)
    return render(
        request,
        principal,
        "fairness/show.html",
        rule=rule,
        watch=await fair_results.watch(session, principal),
        months=await fair_watch.read_watch(session, principal),
        measured=MEASURED if principal.role in CITY_EYES else None,
        balances=await balances.read_balances(session, principal, rule.balance_bound),
        names=await service.unit_names(session, principal),
        may_set=has_scope(principal.role, Scope.matches_decide),
        words=WORDS,
    )


@router.get("/fairness.xlsx")
async def fairness_workbook(request: Request, principal: Reader, session: SessionDep) -> Response:
    """Give what the page shows as a workbook: the lines of the latest runs, and those of the months."""
    sheets = both_sheets(
        await fair_results.watch(session, principal),
        await fair_watch.read_watch(session, principal),
        await service.unit_names(session, principal),
        locale_of(request),
    )
    data = await asyncio.to_thread(write_workbook, *sheets)
    disposition = 'attachment; filename="fairness.xlsx"'
    return Response(data, media_type=XLSX, headers={"Content-Disposition": disposition})


@router.get("/fairness/edit")
async def edit(request: Request, principal: Decider, session: SessionDep, clock: ClockDep) -> Response:
    """Show the form of the rule."""
    rule = await fair_rules.rule_now(session, principal, clock)
    today = await clock.today(session, principal.city)
    counties = [row.code for row in await regions.load_counties(session, principal.city)]
    form = _filled(rule, counties) | {"effective_from": today.isoformat()}
    return await _form(request, principal, session, form, {}, 200)


class Sent:
    """The fields of the form as they were sent; the weights are one field a county."""

    def __init__(
        self,
        version: Field = "",
        effective_from: Field = "",
        enabled: Field = "",
        months: Field = "",
        measure: Field = "",
        ceiling: Field = "",
        floor: Field = "",
        credits_on: Field = "",
        balance_bound: Field = "",
    ) -> None:
        self.fields = {
            "version": version,
            "effective_from": effective_from,
            "enabled": enabled,
            "months": months,
            "measure": measure,
            "ceiling": ceiling,
            "floor": floor,
            "credits_on": credits_on,
            "balance_bound": balance_bound,
        }


@router.post("/fairness/edit")
async def save(
    request: Request,
    principal: Decider,
    session: SessionDep,
    clock: ClockDep,
    sent: Annotated[Sent, Depends()],
) -> Response:
    """Set the rule."""
    counties = [row.code for row in await regions.load_counties(session, principal.city)]
    written = await request.form()
    weights = {code: str(written.get(f"weight_{code}", ""))[:20] for code in counties}
    fields = sent.fields
    try:
        asked = FairnessForm.model_validate(
            {
                "effective_from": fields["effective_from"],
                "enabled": fields["enabled"] == "yes",
                "months": number(fields["months"]),
                "measure": fields["measure"],
                "ceiling_bp": _share(fields["ceiling"]),
                "floor_bp": _share(fields["floor"]),
                "weights_bp": {
                    code: number(text) * PERCENT for code, text in weights.items() if text not in {"", "100"}
                },
                "credits": fields["credits_on"] == "yes",
                "balance_bound": number(fields["balance_bound"]),
            }
        )
        async with session.begin_nested():
            await fair_rules.set_rule(session, principal, clock, asked, number(fields["version"]))
    except (ValidationError, DomainError) as error:
        form = fields | {f"weight_{code}": text for code, text in weights.items()}
        return await _form(request, principal, session, form, form_errors(request, error), 422)
    return redirect(request, "/fairness", lazy("已保存均衡规则"))


def _share(text: str) -> int | None:
    """Read a whole per cent as basis points; nothing written is no bound."""
    return number(text) * PERCENT if text.strip() else None


def _filled(rule: FairnessAnswer, counties: list[str]) -> dict[str, str]:
    return {
        "version": str(rule.version),
        "enabled": "yes" if rule.enabled else "",
        "months": str(rule.months),
        "measure": rule.measure.value,
        "ceiling": "" if rule.ceiling_bp is None else str(rule.ceiling_bp // PERCENT),
        "floor": "" if rule.floor_bp is None else str(rule.floor_bp // PERCENT),
        "credits_on": "yes" if rule.credits else "",
        "balance_bound": str(rule.balance_bound),
        **{f"weight_{code}": str(rule.weights_bp.get(code, WHOLE) // PERCENT) for code in counties},
    }


async def _form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    form: dict[str, str],
    errors: dict[str, str],
    status: int,
) -> Response:
    return render(
        request,
        principal,
        "fairness/edit.html",
        status=status,
        form=form,
        errors={_field(key): text for key, text in errors.items()},
        counties=await regions.load_counties(session, principal.city),
        words=WORDS,
    )


_FIELDS: Final = {"ceiling_bp": "ceiling", "floor_bp": "floor", "credits": "credits_on"}


def _field(name: str) -> str:
    """Name the form's field for one of the rule's: a weight is named by its county."""
    return f"weight_{name}" if name.isdigit() else _FIELDS.get(name, name)
