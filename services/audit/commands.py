"""`yipanqi audit`: the auditor's ready questions from the command line, on a city's database."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import Locale, gettext, lazy

if TYPE_CHECKING:
    from services.audit.schemas import Findings, Limits


def audit(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    unpaid_days: Annotated[int, typer.Option(help="应付未付天数 · days unpaid", min=0)] = 90,
    late_days: Annotated[int, typer.Option(help="迟付天数 · days late", min=0)] = 30,
    idle_months: Annotated[int, typer.Option(help="未开工月数 · months without start", min=1)] = 12,
    today: Annotated[str | None, typer.Option(help="业务日期 · business date, YYYY-MM-DD")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """审计检查清单：重复签约、应付未付、闲置用地、先兑现等 · ask the auditor's ready questions."""
    from services.audit.schemas import Limits

    limits = Limits(unpaid_days=unpaid_days, late_days=late_days, idle_months=idle_months)
    day = date.fromisoformat(today) if today else None
    found = run(_ask(database_address(), city, day, limits, language()))
    if as_json:
        items = [one.model_dump(mode="json") for one in found]
        print_json({"city": city, "findings": sum(len(one.items) for one in found), "checks": items})
        return
    for one in found:
        print_line(gettext(lazy("{name}：{count} 条"), language(), name=one.name, count=len(one.items)))
        for finding in one.items:
            codes = " ".join(project.code for project in finding.projects)
            print_line(f"  {finding.county_name} {codes} {finding.says}".replace("  ", " ", 1))


async def _ask(
    address: str, city: str, day: date | None, limits: "Limits", locale: Locale
) -> "list[Findings]":
    """Ask every question as the auditor would, names masked."""
    from auth.principal import SYSTEM_ACCOUNT, Principal, Role
    from services.audit import service
    from services.audit.words import Check
    from services.kit.clock import Clock
    from services.kit.database import Database

    auditor = Principal(
        account=SYSTEM_ACCOUNT, city=city, role=Role.auditor, office=city, county=city, name="审计"
    )
    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        async with database.session() as session:
            today = day or await Clock().today(session, city)
            return [
                await service.run_check(session, auditor, check, today, limits, locale) for check in Check
            ]
    finally:
        await database.close()
