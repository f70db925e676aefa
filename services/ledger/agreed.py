"""What the ledger needs to know of agreements: parties, firm, and the terms as known at a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.entitlement import TermsVersion
from allocation.sharing.terms import Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """An agreement in force (or ended) with all versions known by then.

    `credit_code` is None while the project has no company. `ended_on` is the last day whose receipts are
    shared. `paid_in_money` is False where the origin has no treasury: it earns assessment credit only,
    never money. `outside` is the code of the party that lies outside the city, None where both lie inside.
    """

    id: UUID
    code: str
    project: UUID
    project_code: str
    project_name: str
    credit_code: str | None
    company: str | None
    origin: str
    host: str
    ended_on: date | None
    paid_in_money: bool
    known: int
    versions: tuple[TermsVersion, ...]
    outside: str | None = None

    @property
    def version(self) -> int:
        """The number of the newest version."""
        return self.versions[-1].version

    @property
    def terms(self) -> Terms:
        """The newest version's terms."""
        return self.versions[-1].terms


_QUERY = """
SELECT a.id, a.code, a.project, p.code AS project_code, p.name AS project_name, c.credit_code, c.name AS
company,
       a.origin, a.host, CASE WHEN a.ended_known <= :known THEN a.ended_on END AS ended_on,
       coalesce(r.has_treasury, true) AS paid_in_money,
       CASE a.outside WHEN 'origin' THEN a.origin WHEN 'host' THEN a.host END AS outside,
       v.version, v.terms, v.known
FROM agreement a
JOIN agreement_version v ON v.city = a.city AND v.agreement = a.id AND v.known <= :known
JOIN project p ON p.city = a.city AND p.id = a.project
LEFT JOIN region r ON r.city = a.city AND r.code = a.origin
LEFT JOIN company c ON c.city = a.city AND c.project = a.project
WHERE a.city = :city
ORDER BY a.code, v.version
"""


async def agreements_as_known(session: AsyncSession, city: str, known: int) -> list[Agreed]:
    """All agreements with a version known by then, in the order of their codes."""
    rows = await session.execute(text(_QUERY), {"city": city, "known": known})
    return list(_grouped(rows.mappings()))


def _grouped(rows: Iterable[Any]) -> Iterable[Agreed]:
    several: dict[UUID, list[Any]] = {}
    for row in rows:
        several.setdefault(row["id"], []).append(row)
    for versions in several.values():
        facts = {key: value for key, value in versions[-1].items() if key not in {"version", "terms"}}
        terms = tuple(TermsVersion(row["version"], Terms.from_json(row["terms"])) for row in versions)
        yield Agreed(**facts, versions=terms)
