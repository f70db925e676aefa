"""估算收益: the calculator's panel while a lead is registered, and where passing it on is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.requests import Request

from allocation.figures import percent
from allocation.sharing.terms import CreditRule
from auth.principal import Principal
from services.console.frame import field_errors
from services.console.matching_words import UNITS
from services.console.project_fields import Field, Kind, fill, parse, typed_values
from services.kit.clock import Clock
from services.kit.errors import DomainError
from services.kit.i18n import lazy, locale_of
from services.matching.words import RULES
from services.projects.schemas import ProjectForm
from services.projects.tables import Project
from services.regions.repo import unit_names
from services.regions.settings import settings_on
from services.sharing import estimate as calculator
from services.sharing.estimate_errors import BadEstimate
from services.sharing.estimate_schemas import Estimate, EstimateForm
from services.sharing.estimate_words import CREDIT_RULES, INDICATORS, WAYS

DEAL: Final = (
    Field(name="ratio_bp", label=lazy("首谈地分享比例"), kind=Kind.percent),
    Field(name="years", label=lazy("分享年限"), kind=Kind.whole, unit=lazy("年")),
    Field(
        name="credit_rule",
        label=lazy("考核口径"),
        kind=Kind.select,
        options=tuple((rule.value, words) for rule, words in CREDIT_RULES.items()),
    ),
)
"""What is tried out beside the lead's own figures."""

NEEDED: Final = frozenset({"origin", "investment_fen", "fixed_investment_fen", "output_fen", "tax_fen"})
"""The fields of a registration without which there is nothing to work out."""

WORDS: Final = {"rules": RULES, "ways": WAYS, "indicators": INDICATORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What the panel shows: the answer, and the fields of the deal to try another one.

    `told` is None while a figure is missing or wrong; `errors` says which.
    """

    told: Estimate | None
    names: Mapping[str, str]
    fields: Sequence[Field] = ()
    typed: Mapping[str, Any]
    errors: Mapping[str, str]
    words: Mapping[str, Any]
    units: Mapping[str, str]


async def panel_of_form(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    fields: tuple[Field, ...],
    form: FormData,
) -> Panel:
    """Work out what is typed of a lead; a whole form is asked of the origin's own parks too."""
    locale = locale_of(request)
    values, errors = parse(fields, typed_values(fields, form), locale)
    errors = {name: text for name, text in errors.items() if name in NEEDED}
    given = {name: value for name, value in typed_values(DEAL, form).items() if value}
    typed = await _usual(session, principal.city) | given
    deal, wrong = parse(DEAL, typed, locale)
    errors |= wrong
    told = None
    if not errors:
        asked = {name: value for name, value in values.items() if name in NEEDED}
        made, errors = fill(EstimateForm, asked | deal, locale)
        lead, _ = fill(ProjectForm, values, locale)
        try:
            if made is not None and lead is not None:
                told = await calculator.estimate_lead(session, principal.city, lead, made, locale)
            elif made is not None:
                told = await calculator.estimate(session, principal.city, made, locale)
        except DomainError as error:
            errors = field_errors(request, error)
    return await _panel(session, principal.city, told, fields=DEAL, typed=typed, errors=errors)


async def panel_of_lead(
    request: Request, session: AsyncSession, project: Project, *, ratio_bp: int, years: int
) -> Panel | None:
    """Work out what a lead of the pool brings under floor terms; nothing where that has no answer."""
    deal = EstimateForm(origin=project.origin, ratio_bp=ratio_bp, years=years)
    try:
        told = await calculator.estimate_lead(session, project.city, project, deal, locale_of(request))
    except BadEstimate:  # figures that can be registered, but not added up over years
        return None
    return await _panel(session, project.city, told)


async def _panel(
    session: AsyncSession,
    city: str,
    told: Estimate | None,
    *,
    fields: Sequence[Field] = (),
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> Panel:
    return Panel(
        told=told,
        names=await unit_names(session, city),
        fields=fields,
        typed=typed or {},
        errors=errors or {},
        words=WORDS,
        units=UNITS,
    )


async def _usual(session: AsyncSession, city: str) -> dict[str, Any]:
    """Return the deal that stands in the fields at first: the city's settings."""
    settings = await settings_on(session, city, await Clock().today(session, city))
    return {
        "ratio_bp": percent(settings.estimate_ratio_bp).rstrip("%"),
        "years": str(settings.estimate_years),
        "credit_rule": CreditRule.origin_full.value,
    }
