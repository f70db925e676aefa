"""What a filing said and how the entry rules answered it, for the origin and the city's office."""

from datetime import date, datetime

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.entry import EnvironmentClass, ProjectKind
from auth.policy import View
from services.entry.repo import checks_of
from services.entry.schemas import FindingAnswer
from services.entry.words import CheckStage
from services.projects.channels import FilingReason
from services.projects.dossier import Dossier
from services.projects.errors import NoSuchProject

_INSIDERS = frozenset({View.owner, View.office})


class CheckAnswer(BaseModel):
    """The answers of the entry rules at one step, by the version of a number."""

    stage: CheckStage
    rule_set: int
    on_date: date
    findings: list[FindingAnswer]


class FilingAnswer(BaseModel):
    """What a filing said beside its figures. An imported lead says little."""

    filing_reason: FilingReason | None
    kind: ProjectKind | None
    environment_class: EnvironmentClass | None
    channel: str
    channel_unit: str | None
    channel_reference: str | None
    channel_fee_fen: int | None
    filing_consent_on: date | None
    filing_consent_evidence: str | None
    accepted_at: datetime | None
    checks: list[CheckAnswer]


async def filing_of(session: AsyncSession, dossier: Dossier) -> FilingAnswer:
    """Return a lead's filing.

    Raises:
        NoSuchProject: the asker is neither the origin nor the city's office.
    """
    if dossier.view not in _INSIDERS:
        raise NoSuchProject
    project = dossier.project
    checks = [
        CheckAnswer(
            stage=row.stage,
            rule_set=row.rule_set,
            on_date=row.on_date,
            findings=[FindingAnswer.model_validate(item) for item in row.findings],
        )
        for row in await checks_of(session, project.city, project.id)
    ]
    given = set(FilingAnswer.model_fields) - {"checks"}
    return FilingAnswer(**{name: getattr(project, name) for name in given}, checks=checks)
