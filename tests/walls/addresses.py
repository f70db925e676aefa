"""Every address that one may ask for: each GET operation with every id there is, and searches for secrets."""

from itertools import product
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.walls.operations import Operation
from tests.walls.world import OUTSIDER, World

TABLES = (
    *("counties", "chains", "parks", "plots", "halls", "level_shares", "targets", "planned_projects"),
    *("projects", "transfers", "companies", "paid_in", "agreements", "receipts", "incentives"),
)
LISTS_OF_LEADS = ("/v1/pool", "/v1/projects", "/pool", "/projects")
POOL_QUERIES = (
    "limit=100",
    "limit=3",
    "scope=pool&limit=100",
    "scope=all&limit=100",
    "scope=offered&limit=100",
    "scope=origin&limit=100",
    "scope=host&limit=100",
    "state=pooled&limit=100",
    "state=held&limit=100",
    "state=signed&limit=100",
    "division=38&limit=100",
    "investment=1_to_5&limit=100",
    "investment=nothing",
    "land=under_50&limit=100",
    "land=nothing",
    "origin=611026&limit=100",
    "scope=all&origin=611026",
    "q=项目",
    "q=%25",
    "q=_",
    "sort=investment",
    "sort=-investment_fen",
    "order=name",
    "investor_name=x",
    "cursor=AAAA",
)


NOTHING = "00000000-0000-7000-8000-000000000000"
"""The id of nothing."""


async def known_ids(session: AsyncSession, world: World) -> dict[str, list[str]]:
    """What may stand in the place of each path parameter."""

    async def ids(query: str) -> list[str]:
        return [str(value) for value in (await session.execute(text(query))).scalars()]

    leads = [str(value) for value in world.leads.values()]
    some = "', '".join(str(world.leads[kind]) for kind in ("sealed", "held", "private"))
    refs = [*leads, *await ids(f"SELECT public_id FROM project WHERE id IN ('{some}')")]
    refs += await ids(f"SELECT code FROM project WHERE id = '{world.leads['sealed']}'")
    # Four that the outsider has no part in, one that it has, and the one of the walked lead.
    other = f"'{OUTSIDER}' NOT IN (origin, host)"
    agreements = await ids(f"SELECT id FROM agreement WHERE {other} ORDER BY code DESC LIMIT 4")
    agreements += await ids(f"SELECT id FROM agreement WHERE NOT {other} ORDER BY code LIMIT 1")
    confirmations = await ids("SELECT id FROM transfer_confirmation ORDER BY id")
    statements = await ids(
        f"(SELECT id FROM statement WHERE county <> '{OUTSIDER}' ORDER BY id LIMIT 3) UNION ALL"
        f" (SELECT id FROM statement WHERE county = '{OUTSIDER}' ORDER BY id LIMIT 1)"
    )
    signatures = await ids("SELECT id FROM agreement_signature ORDER BY id LIMIT 2")
    return {
        "ref": refs,
        "warning": await ids("SELECT id FROM duplicate_warning ORDER BY id LIMIT 2"),
        "firm_name": await ids("SELECT id FROM firm_name WHERE subject_kind = 'alias' ORDER BY id LIMIT 2"),
        "project_id": leads,
        "project": refs,
        "agreement_id": agreements,
        "agreement": agreements,
        "confirmation_id": confirmations,
        "confirmation": confirmations,
        "paper_id": [agreements[0], *confirmations],
        "papers": ["agreements", "confirmations"],
        "signature_id": signatures,
        "statement": statements,
        "statement_id": statements,
        "number": statements,
        "objection": await ids("SELECT id FROM objection ORDER BY id LIMIT 2"),
        "message": await ids("SELECT id FROM objection_message ORDER BY id LIMIT 2"),
        "scan": await ids("SELECT id FROM sealed_scan ORDER BY id LIMIT 2"),
        "sheet": [
            *await ids("SELECT id FROM credit_sheet ORDER BY id LIMIT 1"),
            *await ids("SELECT id FROM reconciliation_sheet ORDER BY id LIMIT 2"),
        ],
        "approval": [
            *[f"review-{lead}" for lead in leads[:2]],
            *[f"pool-{lead}" for lead in leads[:1]],
            *await ids("SELECT id FROM approval_sheet ORDER BY id LIMIT 2"),
        ],
        "entry": await ids("SELECT id FROM fund_entry ORDER BY id LIMIT 2"),
        "delegation": await ids("SELECT id FROM delegation ORDER BY id LIMIT 2"),
        "notice": await ids("SELECT id FROM notice ORDER BY id LIMIT 2"),
        "channel": await ids("SELECT id FROM notice_channel ORDER BY id LIMIT 2"),
        "delivery": await ids("SELECT id FROM notice_delivery ORDER BY id LIMIT 2"),
        "handover": await ids("SELECT id FROM handover ORDER BY id LIMIT 2"),
        "post": await ids("SELECT id FROM account_post ORDER BY id LIMIT 2"),
        "suspension": await ids("SELECT id FROM account_suspension ORDER BY id LIMIT 2"),
        "file": await ids("SELECT id FROM file ORDER BY id LIMIT 2"),
        "bound": await ids("SELECT id FROM file_binding ORDER BY id LIMIT 2"),
        "case": await ids("SELECT id FROM first_talk_case ORDER BY id LIMIT 2"),
        "meeting": await ids("SELECT id FROM joint_meeting ORDER BY id LIMIT 2"),
        "report": await ids("SELECT id FROM origin_bypass ORDER BY id LIMIT 2"),
        "offer": await ids("SELECT id FROM intake_offer ORDER BY id LIMIT 2"),
        "contact": await ids("SELECT id FROM contact_filing ORDER BY id LIMIT 2"),
        "item": await ids("SELECT id FROM schedule_item ORDER BY id LIMIT 2"),
        "sponsor": await ids("SELECT id FROM sponsorship ORDER BY id LIMIT 2"),
        "block": await ids("SELECT id FROM blocking_factor ORDER BY id LIMIT 2"),
        "outing": await ids("SELECT id FROM outing ORDER BY id LIMIT 2"),
        "strength": await ids("SELECT id FROM fiscal_strength ORDER BY id LIMIT 2"),
        "seq": ["1"],
        "what": ["sponsor", "block"],
        "target": await ids("SELECT id FROM target_firm ORDER BY id LIMIT 2"),
        "settlement": await ids("SELECT id FROM settlement ORDER BY id LIMIT 2"),
        "order": await ids("SELECT id FROM payment_order ORDER BY id LIMIT 2"),
        "payment": await ids("SELECT id FROM payment ORDER BY id LIMIT 2"),
        "run_id": await ids("SELECT id FROM match_run"),
        "run": await ids("SELECT id FROM match_run"),
        "question_id": await ids("SELECT id FROM match_question"),
        "objection_id": await ids("SELECT id FROM match_objection ORDER BY id LIMIT 2"),
        "clearance": await ids("SELECT id FROM clause_clearance ORDER BY id LIMIT 2"),
        "record": ["sheet", "finance"],
        "decision_id": await ids("SELECT id FROM match_decision"),
        "plan": await ids("SELECT id FROM import_plan"),
        "account": [str(person.account) for person in world.people.values()][:2],
        "code": await ids("SELECT code FROM park ORDER BY code LIMIT 6"),
        "park": await ids("SELECT code FROM park ORDER BY code LIMIT 6"),
        "kind": TABLES,
        "form": ["csv"],
        "month": ["2026-01"],
        "period": ["2026-01"],
        "figure": ["signed.ytd.count", "goal_signed.count", "idle_land.count", "contract_rate.amount"],
        "before": ["1"],
        "after": ["2"],
        "library": ["projects", "elements", "dynamic-reserve", "investors"],
        "layout_name": ["in-force", "four-new"],
        "layout_version": ["1"],
        "project_code": await ids("SELECT code FROM project ORDER BY code LIMIT 2"),
        "county": [OUTSIDER, "611002"],
        "batch": await ids("SELECT id FROM receipt_batch ORDER BY id LIMIT 2"),
        "difference": await ids("SELECT id FROM tax_difference ORDER BY id LIMIT 2"),
        "pack_id": ["ningde", "fpic"],
        "year": ["2025", "2026"],
        "line": ["1", "2"],
        "party": ["host"],
        "action": ["recall"],
        "act": ["transfer", "apply"],
        "step": ["check", "confirm"],
    }


async def secrets(session: AsyncSession, hidden: list[Any]) -> list[str]:
    """Hidden values themselves, to search for."""
    rows = await session.execute(
        text(
            "SELECT name, investor_name, investor_credit_code, code FROM project WHERE id = ANY(:ids) LIMIT 6"
        ),
        {"ids": hidden},
    )
    return [str(value) for row in rows for value in row]


def addresses(operations: list[Operation], known: dict[str, list[str]], words: list[str]) -> list[str]:
    """Every address, in order."""
    found: list[str] = []
    for operation in operations:
        if operation.method != "GET" or not operation.signed_in:
            continue
        names = [part.strip("{}").partition(":")[0] for part in _parameters(operation.path)]
        if any(name not in known for name in names):
            message = f"say in known_ids what may stand in {operation.path}"
            raise AssertionError(message)
        # Pages are dear and call the same services: every lead of them, and a few of everything else.
        most = {"ref": 6} if operation.console else {}
        few = 2 if operation.console else None
        choices = [known[name][: most.get(name, few)] or [NOTHING] for name in names]
        for values in product(*choices):
            path = operation.path
            for part, value in zip(_parameters(operation.path), values, strict=True):
                path = path.replace(part, value, 1)
            found.append(path)
            if path in LISTS_OF_LEADS:
                found += [f"{path}?{query}" for query in POOL_QUERIES[: 9 if operation.console else None]]
                found += [f"{path}?q={word}" for word in words[: 4 if operation.console else None]]
                found += [f"{path}?scope=all&q={word}" for word in words[:3]]
            elif path.endswith("/estimate"):
                found.append(f"{path}?ratio_bp=5000&years=5")
            elif not names:
                found += [f"{path}?limit=100", f"{path}?q={words[0]}"]
    return found


def _parameters(path: str) -> list[str]:
    return ["{" + part.partition("}")[0] + "}" for part in path.split("{")[1:]]
