"""Reading a page's form into a service's model, and what a page needs to show it again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from auth.principal import Principal, Role
from services.console.project_fields import Field, Typed, fill, parse, typed_values
from services.kit.errors import Invalid
from services.kit.i18n import locale_of
from services.regions.repo import load_regions

Model = TypeVar("Model", bound=BaseModel)

RENAMED: Final = {"refusal": "reply"}
"""Fields whose name in a page is another than in the service's model."""


@dataclass(slots=True)
class Shown:
    """A form as a page shows it: its fields, what was typed, what is wrong."""

    fields: Sequence[Field]
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of a page that shows it."""
        return 422 if self.errors else 200


async def read(
    request: Request, fields: Sequence[Field], model: type[Model], **more: Any
) -> tuple[Model | None, Shown, FormData]:
    """Read a sent form.

    Args:
        request: the POST.
        fields: the form's fields.
        model: what the service takes.
        more: values that are no fields, such as a ticked box.

    Returns:
        the model, none where something is wrong; the form to show again; what was sent.
    """
    sent = await request.form()
    locale = locale_of(request)
    shown = Shown(fields, typed_values(fields, sent))
    values, shown.errors = parse(fields, shown.typed, locale)
    if shown.errors:
        return None, shown, sent
    named = {RENAMED.get(name, name): value for name, value in values.items()}
    made, shown.errors = fill(model, named | more, locale)
    return made, shown, sent


async def with_regions(
    session: AsyncSession, principal: Principal, fields: Sequence[Field], own: str, *others: str
) -> tuple[Field, ...]:
    """Return fields with the regions one may choose: in `own` those one speaks for, in `others` all."""
    rows = [(row.code, row.name) for row in await load_regions(session, principal.city)]
    mine = principal.city if principal.role is Role.city_office else principal.county
    choices = {own: [row for row in rows if row[0] == mine]} | dict.fromkeys(others, rows)
    return tuple(item.with_options(choices.get(item.name, item.options)) for item in fields)


def revision_of(sent: FormData) -> int:
    """Return the revision that a form was shown with; 0, which nothing has, where it is missing."""
    seen = sent.get("revision")
    return int(seen) if isinstance(seen, str) and seen.isascii() and seen.isdigit() else 0


def made_of(model: type[Model], **values: object) -> Model:
    """Make a service's model of one small form's values.

    Raises:
        Invalid: a value is not what the page offers.
    """
    try:
        return model.model_validate(values)
    except ValidationError:
        raise Invalid from None
