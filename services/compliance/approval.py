"""What must be on record before the city decides for a host, and before an agreement is sent to signature."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary
from services.compliance import repo
from services.compliance.cases import case_of, look_through
from services.compliance.errors import ComplianceMissing, ForbiddenClause
from services.compliance.texts import Text
from services.compliance.words import MISSING, Missing, TextSource
from services.kit.errors import FieldError
from services.projects.tables import Project


async def missing(session: AsyncSession, project: Project, park: str) -> tuple[Missing, ...]:
    """Return what keeps the city from deciding for a park, in the order in which it is mended."""
    letters = await repo.letters(session, project)
    letter = next((row for row in letters if row.park == park), None)
    if letter is None:
        return (Missing.letter,)
    return (await case_of(session, project, letters, letter, city_eyes=True)).missing


async def require_records(session: AsyncSession, project: Project, park: str) -> None:
    """Refuse a decision whose records are not complete.

    Raises:
        ComplianceMissing: `errors` lists each with where it is mended.
    """
    found = await missing(session, project, park)
    if found:
        raise ComplianceMissing(
            errors=[FieldError(f"/compliance/{item.value}", item.value, MISSING[item]) for item in found]
        )


async def require_clean(session: AsyncSession, project: Project, texts: Sequence[str]) -> None:
    """Refuse texts between governments that hand something on to a firm.

    Raises:
        ForbiddenClause: `errors` cites the article of each passage.
    """
    looked = [
        Text(source=TextSource.agreement, number=number, text=text, beneficiary=Beneficiary.government)
        for number, text in enumerate(texts, start=1)
    ]
    stopping = [item for item in await look_through(session, project, looked) if item.stops]
    if stopping:
        raise ForbiddenClause(
            errors=[FieldError("/remark", item.finding.rule.value, item.finding.article) for item in stopping]
        )
