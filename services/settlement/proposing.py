"""Proposing a settlement: the year's open lines, each county's part, the nets, what stays out."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from allocation.sharing.netting import by_pair, fewest, nets, through_city
from allocation.sharing.statement import Direction
from allocation.sharing.taxes import Tax
from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.tables import uuid7
from services.ledger import repo
from services.ledger.tables import Statement
from services.regions.settings import CitySettings, settings_on
from services.settlement.dues import DueLine, YearDues, read_year
from services.settlement.errors import AlreadyOpen, NothingToSettle, NotYours, YearNotClosed
from services.settlement.record import write_event
from services.settlement.summary import summary_of
from services.settlement.tables import Settlement, SettlementLine, SettlementPart
from services.settlement.words import OPEN_STATES, SETTLED_BY, SettlementAction, SettlementState


async def propose(session: AsyncSession, principal: Principal, year: int, today: date) -> Settlement:
    """Propose the netting of a closed year, or of what changed since its last settlement.

    Raises:
        NotYours: the principal is not the city's finance.
        YearNotClosed: the year's statements are not all confirmed and closed.
        AlreadyOpen: another settlement of the year is under way.
        NothingToSettle: nothing is left, or all of it is held.
    """
    if not can_issue_statement(principal):
        raise NotYours
    city = principal.city
    dues = await read_year(session, city, year)
    if not dues.closed:
        raise YearNotClosed(year=year)
    earlier = (
        await session.execute(
            select(
                func.max(col(Settlement.seq)), func.count().filter(col(Settlement.state).in_(OPEN_STATES))
            ).where(col(Settlement.city) == city, col(Settlement.year) == year)
        )
    ).one()
    if earlier[1]:
        raise AlreadyOpen(year=year)
    if not by_pair(line.due for line in dues.open):
        raise NothingToSettle(year=year)
    seq = (earlier[0] or 0) + 1
    settings = await settings_on(session, city, today)
    names = await repo.region_names(session, city)
    return await _write(session, principal, dues, seq, settings, names, today)


async def _write(
    session: AsyncSession,
    principal: Principal,
    dues: YearDues,
    seq: int,
    settings: CitySettings,
    names: dict[str, str],
    today: date,
) -> Settlement:
    city = principal.city
    head: dict[str, Any] = {
        "number": f"QS-{city}-{dues.year}-{seq:02}",
        "year": dues.year,
        "seq": seq,
        "city": city,
        "city_name": names[city],
        "made_on": today.isoformat(),
    }
    due_on = max(date(dues.year + 1, *SETTLED_BY), today + timedelta(days=settings.settlement_pay_days))
    head["due_on"] = due_on.isoformat()
    lines = [line_facts(number, line, names) for number, line in enumerate(dues.open, start=1)]
    held = [line_facts(number, line, names) for number, line in enumerate(dues.held, start=1)]
    net = nets(line.due for line in dues.open)
    parts = {county: _part(head, county, names, dues, lines, held) for county in net}
    body = head | _whole(dues, net, parts, held, city)
    settlement = Settlement(
        city=city,
        id=uuid7(),
        year=dues.year,
        seq=seq,
        number=head["number"],
        state=SettlementState.proposed,
        revision=1,
        due_on=due_on,
        expires_on=today + timedelta(days=settings.settlement_confirm_days),
        body=body,
        body_sha256=sha256_of("settlement", body),
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(settlement)
    await session.flush()
    await _store(session, settlement, dues.open, lines, parts, net)
    facts = {"lines": len(lines), "held": len(held)}
    await write_event(session, principal, settlement, SettlementAction.propose, today, facts=facts)
    return settlement


async def _store(
    session: AsyncSession,
    settlement: Settlement,
    dues: Sequence[DueLine],
    lines: Sequence[dict[str, Any]],
    parts: dict[str, dict[str, Any]],
    net: dict[str, int],
) -> None:
    """Write the lines and the counties' parts."""
    await session.execute(
        insert(SettlementLine),
        [
            {
                "city": settlement.city,
                "settlement": settlement.id,
                "seq": facts["line"],
                "fen": line.fen,
                "facts": facts,
                **(line.key._asdict() | {"tax": Tax(line.key.tax)}),
            }
            for line, facts in zip(dues, lines, strict=True)
        ],
    )
    for county, body in parts.items():
        session.add(
            SettlementPart(
                city=settlement.city,
                settlement=settlement.id,
                county=county,
                up_fen=body["up_fen"],
                down_fen=body["down_fen"],
                net_fen=net[county],
                body=body,
                sha256=sha256_of("settlement-part", body),
            )
        )
    await session.flush()


def line_facts(number: int, line: DueLine, names: dict[str, str]) -> dict[str, Any]:
    """A line as plain facts."""
    key = line.key
    return {
        "line": number,
        "agreement": line.code,
        "agreement_id": str(key.agreement),
        "project": line.project,
        "debtor": key.debtor,
        "debtor_name": names.get(key.debtor, key.debtor),
        "creditor": key.creditor,
        "creditor_name": names.get(key.creditor, key.creditor),
        "tax": key.tax,
        "subject": Tax(key.tax).subject,
        "tax_year": key.tax_year,
        "agreement_year": key.agreement_year,
        "stated_fen": line.stated_fen,
        "settled_fen": line.settled_fen,
        "fen": line.fen,
        "held": line.held.value if line.held else None,
        "statements": line.facts,
    }


def _part(
    head: dict[str, Any],
    county: str,
    names: dict[str, str],
    dues: YearDues,
    lines: Sequence[dict[str, Any]],
    held: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """A county's own part: its lines both ways, gross by budget subject, and its net."""
    own = [line for line in lines if county in (line["debtor"], line["creditor"])]
    up = sum(line["fen"] for line in own if line["debtor"] == county)
    down = sum(line["fen"] for line in own if line["creditor"] == county)
    return head | {
        "county": county,
        "county_name": names[county],
        "statements": [_named(one) for one in dues.statements if one.county == county],
        "lines": own,
        "held": [line for line in held if county in (line["debtor"], line["creditor"])],
        "subjects": _subjects(county, own),
        "summary_sha256": summary_of(
            dues.year, head["city_name"], [one for one in dues.statements if one.county == county]
        ).sha256,
        "up_fen": up,
        "down_fen": down,
        "net_fen": down - up,
    }


def _subjects(county: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    sums: dict[tuple[Direction, Tax], int] = {}
    for line in lines:
        place = (Direction.up if line["debtor"] == county else Direction.down, Tax(line["tax"]))
        sums[place] = sums.get(place, 0) + line["fen"]
    return [
        {
            "direction": direction.value,
            "code": direction.subject,
            "name": direction.subject_name,
            "tax": tax.value,
            "tax_subject": tax.subject,
            "fen": sums[direction, tax],
        }
        for direction in Direction
        for tax in Tax
        if (direction, tax) in sums
    ]


def _whole(
    dues: YearDues,
    net: dict[str, int],
    parts: dict[str, dict[str, Any]],
    held: Sequence[dict[str, Any]],
    city: str,
) -> dict[str, Any]:
    """What only the city sees: all counties, the transfers, and how few would do without the city."""
    direct = fewest(net)
    return {
        "statements": [_named(one) for one in dues.statements],
        "summary_sha256": summary_of(dues.year, "", dues.statements).sha256,
        "counties": [
            {
                "county": county,
                "county_name": part["county_name"],
                "up_fen": part["up_fen"],
                "down_fen": part["down_fen"],
                "net_fen": part["net_fen"],
                "sha256": sha256_of("settlement-part", part),
            }
            for county, part in parts.items()
        ],
        "transfers": [list(one) for one in through_city(net, city)],
        "direct": [list(one) for one in direct.transfers],
        "direct_proven": direct.proven,
        "pairs": len(by_pair(line.due for line in dues.open)),
        "held": list(held),
    }


def _named(statement: Statement) -> dict[str, Any]:
    return {
        "number": statement.number,
        "version": statement.version,
        "county": statement.county,
        "sha256": statement.body_sha256,
    }
