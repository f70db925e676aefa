"""How one park stood for a project in a run, put together from the rows that were stored with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from allocation.matching.answer_record import read_answer
from allocation.matching.answers import WouldWin
from allocation.matching.result import UNITS, Rule
from services.matching.explanations import candidate_answer, rejection_rule
from services.matching.questions.schemas import ParkStanding, QuestionAnswer, WouldWinAnswer
from services.matching.questions.show import Called, Reading, would_win
from services.matching.questions.tables import MatchShortage
from services.matching.sight import Sight
from services.matching.tables import MatchCandidate, MatchRejection

HIDDEN_BELOW: Final = 3
"""Counts of other projects below this are withheld from counties."""
WORDS_NOT_FIGURES: Final = frozenset({"region", "industry"})

Kind = Literal["proposed", "open", "crowded", "blocked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that a run stored of one project, and what was asked about it since."""

    sight: Sight
    candidates: Mapping[str, MatchCandidate]
    rejections: Sequence[MatchRejection]
    shortages: Mapping[str, MatchShortage]
    others: Mapping[str | None, int]
    questions: Sequence[QuestionAnswer]

    def standing(self, park: str) -> ParkStanding:
        """Tell how a park stood, as far as this reader may see."""
        eyes = self.sight.city_eyes
        candidate = self.candidates.get(park)
        rules = [row for row in self.rejections if row.park == park]
        others = self.others.get(park, 0)
        return ParkStanding(
            park=park,
            county=self.sight.owners[park],
            standing=_kind(candidate, rules),
            ranked=None if candidate is None else candidate_answer(candidate, self.sight.owners, office=eyes),
            rules=tuple(rejection_rule(row, office=eyes) for row in rules),
            shortage=self._shortage(park, rules),
            others=others if eyes or others >= HIDDEN_BELOW else None,
            questions=tuple(row for row in self.questions if row.park == park),
        )

    def _shortage(self, park: str, rules: Sequence[MatchRejection]) -> WouldWinAnswer | None:
        row = self.shortages.get(park)
        if row is None:
            return None
        answer = read_answer(row.answer)
        assert isinstance(answer, WouldWin)  # noqa: S101 -- nothing else is stored there
        project = self.sight.dossier.project
        called = Called(project.public_id, project.code_name, None)
        reading = Reading(
            city_eyes=self.sight.city_eyes, leads={str(project.id): called}, parks=self.sight.parks
        )
        return would_win(answer, reading, exact=_short_by_itself(rules))


def _kind(candidate: MatchCandidate | None, rules: Sequence[MatchRejection]) -> Kind:
    if candidate is not None and candidate.placed:
        return "proposed"
    if any(row.crowded for row in rules) or (candidate is not None and candidate.shortfalls):
        return "crowded"
    return "open" if all(row.rule is Rule.OUTRANKED for row in rules) else "blocked"


def _short_by_itself(rules: Sequence[MatchRejection]) -> dict[str, int]:
    """What the pair lacks without any other project of the run, by rule: no secret of anybody's."""
    return {
        row.rule.value: int(row.measured) - int(row.limit_)
        for row in rules
        if not row.crowded and UNITS[row.rule] not in WORDS_NOT_FIGURES
    }
