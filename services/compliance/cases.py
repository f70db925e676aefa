"""One host's records on one project, as one person opened them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.clauses import Finding, findings
from allocation.compliance.rules import Weight
from auth.compliance import can_read_compliance
from auth.principal import Principal, Role
from services.compliance import repo
from services.compliance.tables import (
    ClauseClearance,
    ClauseClearanceAnswer,
    CollectiveMinutes,
    CommitmentItem,
    CommitmentOpinion,
    CommitmentSheet,
    FairReview,
)
from services.compliance.texts import Text, texts_of
from services.compliance.words import Conclusion, Missing, OpinionKind, OpinionOutcome
from services.kit.clock import Clock
from services.projects.errors import NoSuchProject
from services.projects.tables import Commitment, Project

CITY_EYES = frozenset({Role.city_office, Role.auditor})
"""Who reads what the origin and the investor wrote beside the host's own texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding in a text, with what was said of it.

    Attributes:
        text: where it stands.
        finding: the passage, rule and article.
        clearance: the latest reason why it is none.
        answer: the second person's word on that.
    """

    text: Text
    finding: Finding
    clearance: ClauseClearance | None = None
    answer: ClauseClearanceAnswer | None = None

    @property
    def stops(self) -> bool:
        """Whether it stops the approval: it is blocking, and two people have not cleared it."""
        cleared = self.answer is not None and self.answer.agreed
        return self.finding.weight is Weight.blocking and not cleared


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The records of one host on one project. `letters` are all hosts' with a standing letter."""

    project: Project
    today: date
    letters: Sequence[Commitment]
    letter: Commitment
    sheet: CommitmentSheet | None
    items: Sequence[CommitmentItem]
    opinions: dict[OpinionKind, CommitmentOpinion]
    review: FairReview | None
    minutes: CollectiveMinutes | None
    found: Sequence[Found]

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What keeps the city from deciding for this host, in the order in which it is mended."""
        if self.sheet is None:
            missing = [Missing.sheet, Missing.finance, Missing.legal, Missing.review, Missing.minutes]
        else:
            missing = [
                *_opinion(self.opinions.get(OpinionKind.finance), Missing.finance, Missing.finance_returned),
                *_opinion(self.opinions.get(OpinionKind.legal), Missing.legal, Missing.legal_returned),
                *_review(self.review, self.today),
                *([Missing.minutes] if self.minutes is None else []),
            ]
        if any(item.stops for item in self.found):
            missing.append(Missing.clause)
        return tuple(missing)


def _opinion(given: CommitmentOpinion | None, none: Missing, returned: Missing) -> list[Missing]:
    if given is None:
        return [none]
    return [returned] if given.outcome is OpinionOutcome.returned else []


def _review(review: FairReview | None, today: date) -> list[Missing]:
    if review is None:
        return [Missing.review]
    if review.conclusion is Conclusion.failed:
        return [Missing.review_failed]
    return [Missing.exception_over] if review.until is not None and review.until < today else []


async def open_case(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    county: str | None = None,
    *,
    lock: bool = False,
) -> Case:
    """Open a host's records to somebody.

    Args:
        session: the asker's transaction.
        principal: who asks.
        ref: the project's public or internal id.
        county: whose records; None: one's own, or for the city those of the host that the investor chose.
        lock: keep others from adding records until the transaction ends.

    Raises:
        NoSuchProject: none, or none whose records the asker may read; a host without a letter has none.
    """
    project = await repo.project(session, principal.city, ref, lock=lock)
    if project is None:
        raise NoSuchProject
    letters = [
        letter
        for letter in await repo.letters(session, project)
        if can_read_compliance(principal, letter.county, letter.park)
    ]
    chosen = await repo.chosen_park(session, project)
    wanted = [letter for letter in letters if county is None or letter.county == county]
    wanted.sort(key=lambda letter: (letter.park != chosen, letter.county))
    if not wanted:
        raise NoSuchProject
    return await case_of(session, project, letters, wanted[0], city_eyes=principal.role in CITY_EYES)


async def case_of(
    session: AsyncSession,
    project: Project,
    letters: Sequence[Commitment],
    letter: Commitment,
    *,
    city_eyes: bool,
) -> Case:
    """Read all records of one letter. `city_eyes`: with what origin and investor wrote."""
    city = project.city
    sheets = await repo.sheets(session, city, letter.id)
    sheet = sheets[0] if sheets else None
    items = [] if sheet is None else await repo.items(session, city, sheet.id)
    given = [] if sheet is None else await repo.opinions(session, city, sheet.id)
    texts = await texts_of(session, project, letter, items, city_eyes=city_eyes)
    return Case(
        project=project,
        today=await Clock().today(session, city),
        letters=letters,
        letter=letter,
        sheet=sheet,
        items=items,
        opinions={row.kind: row for row in given},
        review=None if sheet is None else await repo.review(session, city, sheet.id),
        minutes=None if sheet is None else await repo.minutes(session, city, sheet.id),
        found=await look_through(session, project, texts),
    )


async def look_through(session: AsyncSession, project: Project, texts: Sequence[Text]) -> list[Found]:
    """Find the clauses of texts, with what was said of each; the latest word on a passage counts."""
    found = [
        Found(text=text, finding=item) for text in texts for item in findings(text.text, text.beneficiary)
    ]
    if not found:
        return []
    said = {
        (row.text_sha256, row.rule, row.start): (row, answer)
        for row, answer in await repo.clearances(session, project.city, project.id)
    }
    return [
        Found(text=item.text, finding=item.finding, clearance=words[0], answer=words[1])
        if (words := said.get((item.text.sha256, item.finding.rule, item.finding.start)))
        else item
        for item in found
    ]
