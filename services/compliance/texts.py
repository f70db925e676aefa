"""The texts of a case that are looked through for forbidden clauses, each with whom it gives something."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary
from services.compliance import repo
from services.compliance.tables import CommitmentItem
from services.compliance.words import TextSource
from services.projects.tables import Commitment, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What somebody wrote: where it stands, and whom it gives something."""

    source: TextSource
    number: int
    """Counts the texts of one source, from 1."""
    text: str
    beneficiary: Beneficiary

    @property
    def sha256(self) -> str:
        """The hash that a clearance names, so that a changed text is looked at anew."""
        return sha256(f"{self.beneficiary.value}\0{self.text}".encode()).hexdigest()


async def texts_of(
    session: AsyncSession,
    project: Project,
    letter: Commitment,
    items: Sequence[CommitmentItem],
    *,
    city_eyes: bool,
) -> list[Text]:
    """Return the texts of a host's case; with `city_eyes` also those of the origin and the investor."""
    firm, government = Beneficiary.firm, Beneficiary.government
    texts = [Text(source=TextSource.letter, number=1, text=letter.promises, beneficiary=firm)]
    texts += [
        Text(
            source=TextSource.item,
            number=item.seq,
            text="\n".join(filter(None, (item.what, item.condition))),
            beneficiary=item.beneficiary,
        )
        for item in items
    ]
    own = await repo.applications(session, project, letter.county)
    texts += [
        Text(source=TextSource.application, number=number, text=row.remark, beneficiary=firm)
        for number, row in enumerate(own, start=1)
    ]
    if city_eyes:
        transfer = await repo.transfer(session, project)
        if transfer is not None:
            texts.append(
                Text(source=TextSource.floor_terms, number=1, text=transfer.remark, beneficiary=government)
            )
        texts += [
            Text(source=TextSource.consent, number=number, text=row.evidence, beneficiary=firm)
            for number, row in enumerate(await repo.consents(session, project), start=1)
        ]
    return texts
