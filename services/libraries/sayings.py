"""Conditions, values and columns of libraries in words, for pages and papers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allocation.figures import mu, wan
from allocation.libraries import Fact
from allocation.lifecycle import State
from services.kit.i18n import Locale, gettext, lazy
from services.libraries.schemas import ClauseIn, ConditionIn, LayoutIn
from services.libraries.words import COLUMNS, FACTS, Column
from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, band_by_code, division_label
from services.projects.words import FUND_KINDS, STATE_LABELS
from services.regions.tables import LandUse, PlotStatus

LAND_USES: Mapping[str, str] = {
    LandUse.industrial.value: lazy("工业"),
    LandUse.storage.value: lazy("仓储"),
}
STATUSES: Mapping[str, str] = {
    PlotStatus.ready.value: lazy("净地"),
    PlotStatus.replan.value: lazy("可调规"),
}
_FUNDS: Mapping[str, str] = {kind.value: text for kind, text in FUND_KINDS.items()}
_DIVISION = 2
_COUNTED: Mapping[str, str] = {
    "at_least": lazy("{fact}不低于 {n}"),
    "below": lazy("{fact}低于 {n}"),
    "days_at_least": lazy("{fact}已满 {n} 天"),
    "days_below": lazy("{fact}不满 {n} 天"),
}
_LISTED: Mapping[str, str] = {"one_of": lazy("{fact}为{words}"), "none_of": lazy("{fact}不为{words}")}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things in a language, with a layout's names for stages and chains and the names of places."""

    locale: Locale
    layout: LayoutIn
    places: Mapping[str, str]

    def stage(self, value: str) -> str:
        """Name a stage: the city's own word, or the program's."""
        state = State(value)
        own = self.layout.stages.get(state)
        return own or gettext(STATE_LABELS[state], self.locale)

    def chain(self, value: str) -> str:
        """Name a chain as the city does."""
        return next((one.title for one in self.layout.chains if one.chain == value), value)

    def column(self, column: Column) -> str:
        """Name a column."""
        return gettext(COLUMNS[column], self.locale)

    def cell(self, column: Column, value: str | int | None) -> str:
        """Write a value; bands and divisions stand for what is masked."""
        if value is None or value == "":
            return "—"
        if isinstance(value, int):
            if column is Column.investment:
                return wan(value)
            return mu(value) if column is Column.land else f"{value:,}"
        return self._word(column, value)

    def _word(self, column: Column, value: str) -> str:
        match column:
            case Column.stage:
                return self.stage(value)
            case Column.chain:
                return self.chain(value)
            case Column.county | Column.park:
                return self.places.get(value, value)
            case Column.investment | Column.land:
                band = band_by_code(INVESTMENT_BANDS if column is Column.investment else LAND_BANDS, value)
                return gettext(band.label, self.locale) if band else value
            case Column.industry if len(value) == _DIVISION:
                return gettext(division_label(value), self.locale)
        words = {Column.fund_kind: _FUNDS, Column.land_use: LAND_USES, Column.status: STATUSES}
        return gettext(words.get(column, {}).get(value, value), self.locale)

    def condition(self, asked: ConditionIn) -> str:
        """Say a condition, such as 签约已满 180 天."""
        fact = gettext(FACTS[asked.fact], self.locale)
        for test, message in _COUNTED.items():
            if (value := getattr(asked, test)) is not None:
                return self._say(message, fact, n=value)
        for test, message in _LISTED.items():
            if (values := getattr(asked, test)) is not None:
                return self._say(message, fact, words=self._words(asked.fact, values))
        if asked.this_year is not None:
            return self._say(lazy("本年{fact}") if asked.this_year else lazy("{fact}不在本年"), fact)
        return self._say(lazy("已{fact}") if asked.reached else lazy("尚未{fact}"), fact)

    def clauses(self, clauses: Sequence[ClauseIn]) -> list[tuple[str, str]]:
        """Say the clauses of a rule: what the city calls each, and its conditions in words."""
        join = gettext(lazy("，且"), self.locale)
        return [(one.because, join.join(self.condition(asked) for asked in one.all)) for one in clauses]

    def _say(self, message: str, fact: str, **facts: object) -> str:
        return gettext(message, self.locale, fact=fact, **facts)

    def _words(self, fact: Fact, values: Iterable[str]) -> str:
        column = {Fact.stage: Column.stage, Fact.chain: Column.chain, Fact.county: Column.county}.get(fact)
        column = column or (Column(fact.value) if fact.value in Column.__members__ else None)
        told = [self._word(column, value) if column else value for value in values]
        return gettext(lazy("、"), self.locale).join(told)
