"""结算汇总表: each county's line given up and line received, gross by budget subject; the city's net is 0."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from auth.principal import Principal
from services.ledger import repo
from services.ledger.states import StatementState
from services.ledger.tables import Statement
from services.ledger.visibility import county_of
from services.settlement.dues import live_statements

COUNTED = frozenset({StatementState.confirmed, StatementState.closed})
"""Only what a county confirmed counts; other statements are listed and counted as nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyLine:
    """A county's year: one line for what it gives up, one for what it receives, gross, and its net."""

    county: str
    county_name: str
    number: str
    version: int
    state: StatementState
    sha256: str
    counted: bool
    up_fen: int
    down_fen: int

    @property
    def net_fen(self) -> int:
        """What it receives less what it gives up: for the cash dispatch only."""
        return self.down_fen - self.up_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectLine:
    """What goes one way under a budget subject, by the tax that bears it."""

    county: str
    county_name: str
    direction: str
    code: str
    name: str
    tax: str
    tax_subject: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A year's settlement of all counties, or of one for those who see one."""

    year: int
    city_name: str
    counties: tuple[CountyLine, ...]
    subjects: tuple[SubjectLine, ...]

    @property
    def complete(self) -> bool:
        """Whether every statement is confirmed; the city's net is 0 then."""
        return bool(self.counties) and all(line.counted for line in self.counties)

    @property
    def up_fen(self) -> int:
        """All that is given up, counted lines only."""
        return sum(line.up_fen for line in self.counties if line.counted)

    @property
    def down_fen(self) -> int:
        """All that is received, counted lines only."""
        return sum(line.down_fen for line in self.counties if line.counted)

    @property
    def city_net_fen(self) -> int:
        """What is left at the city: 0 once all counties have confirmed."""
        return self.up_fen - self.down_fen

    @property
    def sha256(self) -> str:
        """The hash of what the summary is made from: the statements by their own hashes, and the sums."""
        facts: list[Any] = [
            [line.number, line.version, line.sha256, line.counted, line.up_fen, line.down_fen]
            for line in self.counties
        ]
        return sha256_of("settlement-summary", {"year": self.year, "statements": facts})


async def read_summary(session: AsyncSession, principal: Principal, year: int) -> Summary:
    """The summary of a year as a person may see it: its own county's lines, or all."""
    return await summary_for(session, principal.city, year, county_of(principal))


async def summary_for(session: AsyncSession, city: str, year: int, county: str | None) -> Summary:
    """The summary of a year, of one county or of all: no walls, for papers that are checked by their code."""
    statements = [one for one in await live_statements(session, city, year) if county in (None, one.county)]
    names = await repo.region_names(session, city)
    return summary_of(year, names[city], statements)


def summary_of(year: int, city_name: str, statements: Iterable[Statement]) -> Summary:
    """Put the statements of a year together."""
    listed = list(statements)
    return Summary(
        year=year,
        city_name=city_name,
        counties=tuple(_county(one) for one in listed),
        subjects=tuple(
            SubjectLine(
                county=one.county,
                county_name=one.body["county_name"],
                **{name: row[name] for name in ("direction", "code", "name", "tax", "tax_subject", "fen")},
            )
            for one in listed
            if one.state in COUNTED
            for row in one.body["subjects"]
        ),
    )


def _county(one: Statement) -> CountyLine:
    return CountyLine(
        county=one.county,
        county_name=one.body["county_name"],
        number=one.number,
        version=one.version,
        state=one.state,
        sha256=one.body_sha256,
        counted=one.state in COUNTED,
        up_fen=one.body["up_fen"],
        down_fen=one.body["down_fen"],
    )
