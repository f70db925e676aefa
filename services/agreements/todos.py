"""What of the papers waits for a person."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements import listing, repo, views
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.words import PaperState
from services.kit.i18n import lazy
from services.kit.todo import Todo

MOST = 50
"""No more than this are listed of a kind; the pages have them all."""

_TEXTS = {
    "edit": lazy("协议 {code} 待完善并送签"),
    "upload": lazy("协议 {code} 待上传签署扫描件"),
    "check": lazy("协议 {code} 的签署扫描件待复核"),
}
_CONFIRMATION_TEXTS = {
    "upload": lazy("确认书 {code} 待上传签署扫描件"),
    "check": lazy("确认书 {code} 的签署扫描件待复核"),
}


async def todos(
    session: AsyncSession,
    principal: Principal,
    today: date,  # noqa: ARG001 - every slice is asked alike; no paper has a deadline of its own
) -> list[Todo]:
    """List papers to draft, to send, to sign and to check."""
    found = [*await _held_without_papers(session, principal)]
    for paper, texts, path in (
        (Agreement, _TEXTS, "agreements"),
        (TransferConfirmation, _CONFIRMATION_TEXTS, "confirmations"),
    ):
        rows = await session.execute(
            select(col(paper.id), col(paper.code))
            .where(
                repo.visible_to(principal, paper),
                col(paper.state).in_([PaperState.draft, PaperState.signing]),
            )
            .order_by(col(paper.code))
            .limit(MOST)
        )
        for number, code in rows.all():
            if paper is Agreement:
                actions = (await views.show_agreement(session, principal, number)).actions
            else:
                actions = (await views.show_confirmation(session, principal, number)).actions
            kinds = {action.partition(":")[0] for action in actions}
            found += [
                Todo(
                    kind=f"{path}.{kind}",
                    text=text,
                    href=f"/{path}/{number}",
                    facts={"code": code},
                )
                for kind, text in texts.items()
                if kind in kinds
            ]
    return found


async def _held_without_papers(session: AsyncSession, principal: Principal) -> list[Todo]:
    """Held projects that lack one of the two papers, for those who may draft it."""
    return [
        Todo(
            kind=f"{path}.draft",
            text=text,
            href=f"/{path}/new?project={project.id}",
            facts={"code": project.code},
        )
        for paper, path, text in (
            (Agreement, "agreements", lazy("项目 {code} 已审定，待起草利益共享协议")),
            (TransferConfirmation, "confirmations", lazy("项目 {code} 已审定，待签三方流转确认书")),
        )
        for project in await listing.held_without(session, principal, paper)
    ]
