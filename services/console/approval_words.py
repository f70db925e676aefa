"""The words and forms of the approvals' pages."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from fastapi import Request
from pydantic import ValidationError

from allocation.approving import Verb
from services.accounts.tables import Account
from services.accounts.words import ROLE_WORDS
from services.approvals.matters import MATTERS
from services.console.refusals import refusal
from services.kit.i18n import Locale, gettext, lazy, locale_of

HINTS: Final = MappingProxyType(
    {
        Verb.agree: lazy("最后一人同意后，事项随即办结。"),
        Verb.refuse: lazy("须写明理由，事项不再继续审批。"),
        Verb.return_: lazy("须写明理由；选“经办人”则退回补正，选步骤则由该步重新签批。"),
        Verb.add_before: lazy("所加的人先签，再由您签批。"),
        Verb.add_after: lazy("您签批后由所加的人接着签。"),
        Verb.forward: lazy("由所选的人代替您签批，须写明理由。"),
        Verb.copy: lazy("只供阅知，不影响办理。"),
        Verb.withdraw_act: lazy("下一人办理之前可以撤回，记录保留。"),
        Verb.withdraw: lazy("任何人办理之前可以撤回，记录保留。"),
        Verb.submit: lazy("补正后重新送审。"),
    }
)
WITH_PERSON: Final = frozenset({Verb.add_before, Verb.add_after, Verb.forward, Verb.copy})
BAD: Final = frozenset({Verb.refuse, Verb.withdraw})


def bad_fields(
    request: Request, error: ValidationError, labels: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Say of each refused field what is asked of it; pydantic's own words may echo the input.

    `labels` are the fields' names on the page, by which the summary above a form says which one is meant.
    """
    locale = locale_of(request)
    said = {}
    for place in error.errors():
        name = str(place["loc"][0]) if place["loc"] else ""
        why = "missing" if place["input"] in ("", None) else place["type"]
        label = gettext(labels[name], locale) if name in labels else ""
        said[name] = refusal(name, why, place.get("ctx", {}), locale, label)
    return said


def tabs_of(path: str, locale: Locale) -> list[tuple[str, str, bool]]:
    """Return the tabs of the approvals' pages, the open one marked."""
    tabs = (
        ("/approvals", lazy("待我审批")),
        ("/approvals/mine", lazy("我经办和签批的")),
        ("/delegations", lazy("委托代办")),
        ("/handovers", lazy("工作交接")),
        ("/approval-chains", lazy("审批流程")),
    )
    return [(href, gettext(text, locale), href == path) for href, text in tabs]


def kind_words() -> dict[str, str]:
    """Return the names of the kinds of matters, as message ids."""
    return {kind: matter.title for kind, matter in MATTERS.items()}


def person_options(people: Sequence[Account], locale: Locale) -> list[tuple[str, str]]:
    """Return people as the options of a field."""
    return [(str(one.id), f"{one.display_name}（{gettext(ROLE_WORDS[one.role], locale)}）") for one in people]
