"""Words and shapes of the statement pages: tags, steps, causes, what a step's facts say."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Protocol

from markupsafe import Markup

from allocation.figures import yuan
from services.console.filters import chinese, has_chinese
from services.console.frame import Action
from services.kit.i18n import Locale, gettext, lazy
from services.ledger.close_checks import Check
from services.ledger.objections_words import Outcome
from services.ledger.schemas import EventView, StatementView
from services.ledger.states import StatementAction, StatementState

TONES: Final = MappingProxyType(
    {
        StatementState.computed: "",
        StatementState.draft: "info",
        StatementState.checked: "info",
        StatementState.reviewed: "info",
        StatementState.issued: "warn",
        StatementState.disputed: "bad",
        StatementState.confirmed: "ok",
        StatementState.closed: "ok",
        StatementState.superseded: "",
    }
)
CAUSES: Final = MappingProxyType(
    {
        "receipt": lazy("税收入库变动"),
        "incentive": lazy("政策兑现变动"),
        "terms": lazy("协议版本变动"),
        "level_table": lazy("分级比例变动"),
        "engine": lazy("计算程序变动"),
        "not_computed": lazy("当时未测算"),
    }
)
STEPS: Final = (lazy("编制"), lazy("复核"), lazy("审核"), lazy("批准签发"), lazy("双方确认"), lazy("关账"))
PLACES: Final = MappingProxyType(
    {
        StatementState.draft: 1,
        StatementState.checked: 2,
        StatementState.reviewed: 3,
        StatementState.issued: 4,
        StatementState.disputed: 4,
        StatementState.confirmed: 5,
        StatementState.closed: 6,
    }
)
"""The step that is next; a state that is not here belongs to a paper without steps."""

PLAIN: Final = frozenset(
    {
        StatementAction.object,
        StatementAction.uphold,
        StatementAction.reissue,
        StatementAction.ask_reject,
        StatementAction.confirm_by_rule,
    }
)


class Word(Protocol):
    """A closed list's member with its Chinese name."""

    @property
    def value(self) -> str:
        """What is stored and sent."""

    @property
    def zh(self) -> str:
        """The name, a message id."""


def choices(members: Iterable[Word], locale: Locale) -> list[tuple[str, str]]:
    """The options of a select."""
    return [(member.value, gettext(member.zh, locale)) for member in members]


def chosen(kind: type[StrEnum], word: str) -> Any:
    """The member a filter's word stands for; None for a word of no member, which filters nothing."""
    return kind(word) if word in set(kind) else None


def progress_of(state: StatementState, locale: Locale) -> tuple[list[str], int] | None:
    """The steps of a year's statement and the one that is next; None for a paper without steps."""
    if state not in PLACES:
        return None
    return [gettext(step, locale) for step in STEPS], PLACES[state]


def actions_of(found: StatementView, *, by_rule: bool = False) -> list[Action]:
    """The steps a person may take, as links to their 核对 pages; `by_rule` adds the consent by rule."""
    offered = [*found.actions, StatementAction.confirm_by_rule] if by_rule else found.actions
    return [
        Action(
            action.zh,
            f"/statements/{found.id}/{action.value}",
            method="get",
            tone="" if action in PLAIN else "primary",
        )
        for action in offered
    ]


def timeline_of(events: Sequence[EventView], locale: Locale) -> list[tuple[date, str, str, str]]:
    """The steps that were taken, newest last: day, step, what it says, who."""
    return [
        (event.on, gettext(event.action.zh, locale), _said(event, locale), event.by_name) for event in events
    ]


def _said(event: EventView, locale: Locale) -> str:
    facts, parts = event.facts, []
    if "line" in facts:
        where = lazy("第 {n} 行") if facts.get("line") else lazy("整份结算单")
        parts.append(gettext(where, locale, n=facts.get("line")))
        if facts.get("reserved"):
            parts.append(gettext(lazy("存疑保留"), locale))
        if facts.get("expected_fen") is not None:
            parts.append(gettext(lazy("认为应为 {amount} 元"), locale, amount=yuan(facts["expected_fen"])))
    if facts.get("outcome"):
        parts.append(gettext(Outcome(facts["outcome"]).zh, locale))
    if facts.get("agreed_fen") is not None:
        parts.append(gettext(lazy("认可 {amount} 元"), locale, amount=yuan(facts["agreed_fen"])))
    if facts.get("due_on"):
        parts.append(
            gettext(lazy("自 {since} 起，{day} 到期"), locale, since=facts["since"], day=facts["due_on"])
        )
    if facts.get("reason"):
        parts.append(facts["reason"])
    if facts.get("check_code"):
        parts.append(gettext(lazy("校验码 {code}"), locale, code=facts["check_code"]))
    if facts.get("scan_sha256"):
        parts.append(gettext(lazy("盖章扫描件 {code}"), locale, code=facts["scan_sha256"][:16]))
    said = " · ".join(parts)
    return chinese(said) if locale == "en" and has_chinese(said) else said


def tasks_of(
    checks: Sequence[Check], ways: dict[str, str], locale: Locale
) -> list[tuple[str, str | None, str, str]]:
    """The conditions of a close as a task list."""
    return [
        (
            _filled(one, locale),
            None if one.ok else ways.get(one.code),
            gettext(lazy("已满足") if one.ok else lazy("未满足"), locale),
            "ok" if one.ok else "bad",
        )
        for one in checks
    ]


def _filled(check: Check, locale: Locale) -> str:
    """The condition with its facts; on an English page names in Chinese are marked as such."""
    marked = {
        name: chinese(value) if locale == "en" and has_chinese(value) else value
        for name, value in check.facts.items()
    }
    return Markup.escape(gettext(check.text, locale)).format(**marked)


def lines_of(view: StatementView) -> list[tuple[str, str]]:
    """The lines of a statement as the options of a select."""
    return [
        (
            str(line["line"]),
            f"{line['line']}. {line['agreement']} {line['subject']} {line['year']} {yuan(line['fen'])}",
        )
        for line in view.body["lines"]
    ]
