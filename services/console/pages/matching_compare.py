"""情景对比: what if tax counted more, or a park gave 200 亩 more; for the city's office."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from allocation.units import MU_HUNDREDTHS, WHOLE
from auth.principal import Principal
from services.console.frame import redirect, render
from services.console.matching_sayings import SAYINGS
from services.console.matching_words import WORDS, Runner, form_errors
from services.kit.database import SessionDep
from services.kit.errors import DomainError, FieldError, Invalid
from services.kit.i18n import lazy
from services.matching import service
from services.matching.questions import service as questions
from services.matching.questions.forms import ScenarioForm
from services.matching.words import PARTS

router = APIRouter()

ROWS: Final = 3
"""Parks that the form changes at once; the API takes twenty."""
FIGURES: Final = {"land_mu": MU_HUNDREDTHS, "energy_tce": 1}
"""Figures of a park on the form, and how many stored units one on the form is."""
MOST: Final = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class _Sent:
    """The form as it was sent: texts by field."""

    fields: dict[str, str]

    def number(self, name: str, times: int = 1) -> int:
        """Read a figure; nothing is 0, anything strange is refused under the field's name."""
        text = self.fields.get(name, "").strip().replace(",", "").removeprefix("+")
        if not text:
            return 0
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = MOST
        if not text.isascii() or not value.is_finite() or abs(value) >= MOST or value * times % 1:
            raise Invalid(errors=[FieldError(f"/{name}", "number", lazy("请检查填写的内容"))])
        return int(value * times)

    def asked(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Write the fields as the input of a scenario; points as the run has them (`stored`) are no change.

        Raises:
            Invalid: a figure is none, points do not add up, or a park is named and not changed.
        """
        points = {name: self.number(name) for name in PARTS}
        if sum(points.values()) != WHOLE:
            wrong = lazy("各部分最高分合计须为 10,000")
            raise Invalid(errors=[FieldError(f"/{name}", "sum", wrong) for name in list(PARTS)[:1]])
        same = all(stored.get(name) == most for name, most in points.items())
        parks = [self._park(row) for row in range(1, ROWS + 1)]
        return {
            "title": self.fields.get("title", ""),
            "run": self.fields.get("run") or None,
            "weights": None if same else points,
            "parks": tuple(park for park in parks if park is not None),
        }

    def _park(self, row: int) -> dict[str, Any] | None:
        code = self.fields.get(f"park{row}", "")
        figures = {name: self.number(f"{name}{row}", times) for name, times in FIGURES.items()}
        if bool(code) != any(figures.values()):
            wrong = lazy("园区和变化的数量要一起填写")
            raise Invalid(errors=[FieldError(f"/park{row}", "needed", wrong)])
        return {"park": code, **figures} if code else None


@router.get("/matches/scenarios")
async def scenarios(
    request: Request,
    principal: Runner,
    session: SessionDep,
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """List the scenarios that were compared."""
    secret = request.app.state.settings.secret.get_secret_value()
    page = await questions.scenarios(session, principal, secret=secret, cursor=cursor or None)
    return render(
        request,
        principal,
        "matching/scenarios.html",
        page=page,
        words=WORDS | SAYINGS,
        fragment="list",
    )


@router.get("/matches/scenarios/new")
async def new_scenario(request: Request, principal: Runner, session: SessionDep) -> Response:
    """Show the form of a scenario, with the weights of the latest run."""
    return await _form(request, principal, session, {}, {})


@router.post("/matches/scenarios")
async def compare(request: Request, principal: Runner, session: SessionDep) -> Response:
    """Ask for a comparison with the latest run."""
    sent = {name: str(value) for name, value in (await request.form()).items()}
    try:
        run = await service.latest(session, principal)
        form = ScenarioForm.model_validate(_Sent(sent).asked((run.weights or {}) if run else {}))
        async with session.begin_nested():
            row = await questions.ask_scenario(session, principal, form)
    except (ValidationError, DomainError) as error:
        errors = form_errors(request, error)
        return await _form(request, principal, session, sent, errors)
    return redirect(request, f"/matches/questions/{row.id}", lazy("已提交测算"))


async def _form(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    sent: dict[str, str],
    errors: dict[str, str],
) -> Response:
    run = await service.latest(session, principal)
    names = await service.unit_names(session, principal)
    parks = sorted(park["code"] for park in (run.snapshot or {"parks": []})["parks"]) if run else []
    stored: dict[str, Any] = (run.weights or {}) if run else {}
    before: dict[str, str] = {name: str(stored.get(name, "")) for name in PARTS}
    return render(
        request,
        principal,
        "matching/scenario_form.html",
        status=422 if errors else 200,
        run=run.id if run else None,
        as_of=run.as_of if run else None,
        parks=[(code, names[code]) for code in parks],
        rows=range(1, ROWS + 1),
        form=before | sent,
        words=WORDS,
        errors=errors,
    )
