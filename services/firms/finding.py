"""Finding the firms whose names are alike: by credit code, by keys, through recorded aliases."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.names import NEAR_FROM, SAME_FROM, Alike, Comparison, Verdict, compare_parsed, parse
from services.firms.indexing import keys_of, own_places
from services.firms.words import RELATIVES, NameKind, SubjectKind

MOST: Final = 800
"""Names that are compared at most, those first that share the most keys: the rest would say nothing."""

_BY_CODE: Final = """
SELECT subject_kind, subject, name, kind, credit_code FROM firm_name
WHERE city = :city AND credit_code = ANY(:codes) AND ended_on IS NULL ORDER BY id LIMIT :most
"""
_BY_KEYS: Final = """
SELECT subject_kind, subject, name, kind, credit_code FROM firm_name
WHERE city = :city AND keys && CAST(:keys AS bigint[]) AND ended_on IS NULL
ORDER BY (SELECT count(*) FROM unnest(keys) AS k WHERE k = ANY (CAST(:keys AS bigint[]))) DESC, id LIMIT :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A project whose firm is alike: the project's id, what was compared, and the answer."""

    project: UUID
    name: str
    credit_code: str
    found: Comparison


async def find(
    session: AsyncSession, city: str, name: str, credit_code: str, *, leave_out: Iterable[UUID] = ()
) -> list[Match]:
    """Find the projects of the same or a like firm, the likest first; one row a project.

    Args:
        session: the asker's transaction.
        city: the city's code.
        name: the firm's name as it was typed.
        credit_code: its credit code; may be empty.
        leave_out: projects that are not to be found.
    """
    places = await own_places(session, city)
    asked = parse(name, places)
    keys = keys_of(city, name, places)
    rows = await _rows(session, _BY_KEYS, city=city, keys=keys, most=MOST)
    best: dict[UUID, Match] = {}
    relatives: dict[str, Comparison] = {}
    for row in rows:
        found = compare_parsed(asked, parse(row.name, places))
        if found.verdict is Verdict.different:
            continue
        if row.subject_kind == SubjectKind.alias:
            _better(relatives, row.credit_code, _through_alias(row.kind, found))
        else:
            _keep(best, row, _through_alias(row.kind, found))
    for row in await _by_codes(session, city, credit_code, relatives):
        if row.credit_code == credit_code and row.subject_kind == SubjectKind.project:
            _keep(best, row, Comparison(Verdict.same, Alike.credit_code, 10_000))
        elif row.credit_code in relatives:
            _keep(best, row, relatives[row.credit_code])
    for project in leave_out:
        best.pop(project, None)
    return sorted(best.values(), key=lambda match: (-match.found.likeness, match.project))


async def _by_codes(
    session: AsyncSession, city: str, credit_code: str, relatives: dict[str, Comparison]
) -> list[Any]:
    """Return the names of the firm with the code, and of those to which an alias led."""
    codes = sorted({credit_code, *relatives} - {""})
    rows = await _rows(session, _BY_CODE, city=city, codes=codes, most=MOST) if codes else []
    return [row for row in rows if row.subject_kind != SubjectKind.alias]


async def _rows(session: AsyncSession, query: str, **facts: Any) -> list[Any]:
    return list((await session.execute(text(query), facts)).all())


def _through_alias(kind: str, found: Comparison) -> Comparison:
    """Say that a name is not the firm's own: an old one is the same firm's, a relative's at most near."""
    if kind == NameKind.current:
        return found
    if kind in RELATIVES:
        level = max(NEAR_FROM, min(found.likeness, SAME_FROM - 1))
        return Comparison(Verdict.near, Alike.alias, level)
    return Comparison(found.verdict, Alike.alias, found.likeness)


def _keep(best: dict[UUID, Match], row: Any, found: Comparison) -> None:
    before = best.get(row.subject)
    if before is None or found.likeness > before.found.likeness:
        best[row.subject] = Match(
            project=row.subject, name=row.name, credit_code=row.credit_code, found=found
        )


def _better(relatives: dict[str, Comparison], code: str, found: Comparison) -> None:
    before = relatives.get(code)
    if before is None or found.likeness > before.likeness:
        relatives[code] = found
