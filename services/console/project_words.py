"""Words of the pool's pages: actions, tags, and the facts of a project as label and value."""

from collections.abc import Mapping
from typing import Any, Final

from allocation.lifecycle import STAGES, Action, State
from services.console import filters
from services.kit.i18n import Locale, gettext, lazy
from services.projects.answers import FinanceView
from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, band_by_code, division_label
from services.projects.views import AnyView
from services.projects.words import FUND_KINDS, STATE_LABELS, TRANSFER_REASONS, TransferReason

ACTION_LABELS: Final[Mapping[Action, str]] = {
    Action.resubmit: lazy("重新报送"),
    Action.review: lazy("县内审核通过"),
    Action.return_: lazy("退回补正"),
    Action.accept: lazy("受理"),
    Action.extend: lazy("延长首谈保护"),
    Action.release: lazy("释放保护"),
    Action.reaccept: lazy("重新受理"),
    Action.request_transfer: lazy("申请流转"),
    Action.refuse_transfer: lazy("不同意流转"),
    Action.pool: lazy("同意入池"),
    Action.apply: lazy("申领"),
    Action.propose: lazy("推荐给园区"),
    Action.accept_terms: lazy("接受保底条件"),
    Action.commit: lazy("出具要素承诺函"),
    Action.step_back: lazy("撤回申领"),
    Action.decline: lazy("婉拒"),
    Action.choose: lazy("登记投资方选择"),
    Action.refuse_hosts: lazy("投资方均不选择"),
    Action.hold: lazy("市级审定"),
    Action.release_hold: lazy("解除持有，再入池"),
    Action.recall: lazy("召回"),
    Action.sign: lazy("签约"),
    Action.sign_own: lazy("本地签约"),
    Action.contract: lazy("登记合同"),
    Action.incorporate: lazy("登记注册"),
    Action.make_ready: lazy("登记达到开工条件"),
    Action.start: lazy("登记开工"),
    Action.enlist: lazy("登记纳统"),
    Action.complete: lazy("登记竣工"),
    Action.produce: lazy("登记投产"),
    Action.reach_output: lazy("登记达产"),
    Action.fail_to_pool: lazy("落地失败，再入池"),
    Action.fail_to_origin: lazy("落地失败，退回首谈地"),
    Action.dispute: lazy("争议中止"),
    Action.rule: lazy("联席会议裁定"),
    Action.resume: lazy("争议了结，恢复原状"),
    Action.give_way: lazy("争议了结，让与他方"),
    Action.withdraw: lazy("撤回线索"),
    Action.lose: lazy("登记流失市外"),
    Action.end: lazy("终止"),
}

OTHER_MOVES: Final = {
    "register": lazy("登记线索"),
    "correct": lazy("更正内容"),
    "answer_protection": lazy("答复首谈保护期"),
    "refuse_extension": lazy("不同意延长首谈保护"),
    "consent": lazy("投资方同意与县区接洽"),
    "merge": lazy("并入另一条线索"),
    "merge_in": lazy("并入重复线索"),
    "import": lazy("数据导入"),
    "progress": lazy("登记进展佐证"),
    "visit": lazy("联合考察"),
    "agree_to_name": lazy("首谈地同意揭名"),
    "report": lazy("反映绕开首谈地接洽"),
    "investor_agreed_pool": lazy("投资方同意进入共享池"),
    "investor_refused_pool": lazy("投资方不同意进入共享池"),
    "investor_agreed_counties": lazy("投资方同意与县区接洽"),
    "investor_refused_counties": lazy("投资方不同意与县区接洽"),
    "investor_refused_host": lazy("投资方婉拒承接方"),
}
"""Moves of the history that are not in the table of moves."""

_GOOD: Final = frozenset(STAGES)
_CLOSED: Final = frozenset({State.withdrawn, State.lost, State.ended, State.released, State.returned})
_WAITING: Final = frozenset({State.transfer_requested, State.chosen, State.disputed, State.recalled})

ROAD: Final = (
    (lazy("登记"), frozenset({State.registered, State.returned, State.reviewed})),
    (
        lazy("在谈"),
        frozenset({State.accepted, State.transfer_requested, State.released, State.recalled, State.disputed}),
    ),
    (lazy("入池"), frozenset({State.pooled, State.applied})),
    (lazy("承诺"), frozenset({State.terms_accepted, State.committed})),
    (lazy("审定"), frozenset({State.chosen, State.held})),
    (lazy("签约"), frozenset({State.signed, State.contracted, State.incorporated, State.ready})),
    (lazy("开工"), frozenset({State.started, State.statistics, State.completed})),
    (lazy("投产"), frozenset({State.producing, State.full_output})),
)
"""The road as the progress bar shows it."""


def action_label(action: str) -> str:
    """Return the words of a move, a message id."""
    if action in OTHER_MOVES:
        return OTHER_MOVES[action]
    return ACTION_LABELS[Action(action)]


def state_tag(state: State, locale: Locale) -> Any:
    """Return a state as a tag with words."""
    tone = "info"
    if state in _GOOD:
        tone = "ok"
    elif state in _CLOSED:
        tone = ""
    elif state in _WAITING:
        tone = "warn"
    return filters.tag(gettext(STATE_LABELS[state], locale), tone)


def step_of(state: State) -> int:
    """Return how far along the road a state stands; -1 when it has left the road."""
    return next((index for index, (_, states) in enumerate(ROAD) if state in states), -1)


def title_of(view: AnyView) -> str:
    """Return what a project is called on a page: its name where it may be shown, else its code name."""
    name = getattr(view, "name", None)
    return str(name) if name is not None else str(getattr(view, "code_name", ""))


def investment_text(view: AnyView, locale: Locale) -> str:
    """Return exact 万元 or the band in words."""
    if isinstance(view, FinanceView):
        return filters.NOTHING
    exact = getattr(view, "investment_fen", None)
    if exact is not None:
        return filters.wan(exact)
    band = band_by_code(INVESTMENT_BANDS, view.investment_band)
    return gettext(band.label, locale) if band else filters.NOTHING


def land_text(view: AnyView, locale: Locale) -> str:
    """Return exact 亩 or the band in words."""
    if isinstance(view, FinanceView):
        return filters.NOTHING
    exact = getattr(view, "land_mu", None)
    if exact is not None:
        return filters.mu(exact)
    band = band_by_code(LAND_BANDS, view.land_band)
    return gettext(band.label, locale) if band else filters.NOTHING


def industry_text(view: AnyView, locale: Locale) -> str:
    """Return the division in words, with the class where it may be shown."""
    if isinstance(view, FinanceView):
        return filters.NOTHING
    words = gettext(division_label(view.division), locale)
    return f"{getattr(view, 'industry', view.division)} {words}"


def fund_text(kind: Any, locale: Locale) -> str:
    """Return a kind of funds in words."""
    return gettext(FUND_KINDS[kind], locale)


def reason_text(reason: str, locale: Locale) -> str:
    """Return a transfer reason in words."""
    return gettext(TRANSFER_REASONS[TransferReason(reason)], locale)
