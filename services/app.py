"""The application: one API and one console on one database. It decides nothing and loads no solver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import text

import services.accounts.routes
import services.accounts.seat_routes
import services.agreements.routes
import services.approvals.routes
import services.audit.alert_routes
import services.audit.routes
import services.capacity.routes
import services.clocks.routes
import services.compliance.routes
import services.console.routes
import services.credit.routes
import services.documents.adjustment_routes
import services.documents.audit_routes
import services.documents.bulletin_routes
import services.documents.credit_routes
import services.documents.first_talk_routes
import services.documents.funds_routes
import services.documents.libraries_routes
import services.documents.overdue_routes
import services.documents.reconciliation_routes
import services.documents.routes
import services.documents.settlement_routes
import services.documents.tracking_routes
import services.documents.verification_routes
import services.entry.routes
import services.evidence.routes
import services.files.routes
import services.firms.routes
import services.first_talk.routes
import services.funds.routes
import services.intake.routes
import services.interchange.routes
import services.ledger.routes
import services.libraries.routes
import services.maps.routes
import services.matching.objection_routes
import services.matching.questions.routes
import services.matching.report_routes
import services.matching.routes
import services.notices.routes
import services.pooling.meeting_routes
import services.pooling.routes
import services.projects.duplicate_routes
import services.projects.file_routes
import services.projects.protection_routes
import services.projects.routes
import services.reconciliation.routes
import services.regions.routes
import services.reports.routes
import services.settlement.routes
import services.sharing.advice_routes
import services.sharing.estimate_routes
import services.sharing.packs_routes
import services.tracking.routes
from services.accounts.principals import AccountPrincipals
from services.kit import problem
from services.kit.clock import Clock
from services.kit.database import Database, SessionDep
from services.kit.dispatch import Door
from services.kit.json_response import JsonResponse
from services.kit.middleware import RequestMiddleware
from services.settings import Settings

API_SLICES = (
    services.documents,  # first: /v1/projects/{id}.pdf before /v1/projects/{id}
    services.accounts,
    services.regions,
    services.maps,
    services.files,
    services.firms,
    services.pooling,  # before projects: /v1/pool/rules
    services.projects,
    services.first_talk,
    services.entry,
    services.intake,
    services.compliance,
    services.matching,
    services.matching.questions,
    services.approvals,
    services.capacity,
    services.clocks,
    services.tracking,
    services.funds,
    services.agreements,
    services.ledger,
    services.reconciliation,
    services.settlement,
    services.credit,
    services.libraries,
    services.interchange,
    services.evidence,
    services.audit,
    services.notices,
)


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """Make the application.

    Args:
        settings: the process's settings.
        clock: another clock than the system's.
    """
    database = Database(
        settings.database_url,
        pool_size=settings.pool_size,
        statement_timeout_ms=settings.statement_timeout_ms,
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.principals.close()
        await app.state.database.close()

    app = FastAPI(
        title="yipanqi 一盘棋",
        version="1",
        summary="A city's shared pool of investment projects",
        description="All amounts are integer fen, land is in hundredths of a mu, shares are basis points.",
        default_response_class=JsonResponse,
        responses=problem.RESPONSES,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.settings = settings
    app.state.database = database
    app.state.clock = clock or Clock()
    app.state.principals = AccountPrincipals(
        settings.database_url, secret=settings.secret.get_secret_value(), clock=app.state.clock
    )
    problem.install(app)
    for part in API_SLICES:
        app.include_router(Door(part.routes.router))
    app.include_router(Door(services.projects.file_routes.router))
    app.include_router(Door(services.projects.duplicate_routes.router))
    app.include_router(Door(services.audit.alert_routes.router))
    app.include_router(Door(services.accounts.seat_routes.router))
    app.include_router(Door(services.documents.adjustment_routes.router))
    app.include_router(Door(services.matching.objection_routes.router))
    app.include_router(Door(services.matching.report_routes.router))
    app.include_router(Door(services.documents.audit_routes.router))
    app.include_router(Door(services.documents.bulletin_routes.router))
    app.include_router(Door(services.documents.credit_routes.router))
    app.include_router(Door(services.documents.overdue_routes.router))
    app.include_router(Door(services.documents.first_talk_routes.router))
    app.include_router(Door(services.documents.funds_routes.router))
    app.include_router(Door(services.documents.libraries_routes.router))
    app.include_router(Door(services.documents.reconciliation_routes.router))
    app.include_router(Door(services.documents.settlement_routes.router))
    app.include_router(Door(services.documents.tracking_routes.router))
    app.include_router(Door(services.projects.protection_routes.router))
    app.include_router(Door(services.documents.verification_routes.router))
    app.include_router(Door(services.pooling.meeting_routes.router))
    app.include_router(Door(services.sharing.estimate_routes.router))
    app.include_router(Door(services.sharing.advice_routes.router))
    app.include_router(Door(services.sharing.packs_routes.router))
    app.include_router(Door(services.reports.routes.router))  # last: /v1/reports/overdue before …/{period}
    app.add_api_route("/health", health, methods=["GET"], tags=["operations"], include_in_schema=True)
    app.add_middleware(
        RequestMiddleware,
        max_json_bytes=settings.max_json_bytes,
        max_upload_bytes=settings.max_upload_bytes,
    )
    services.console.routes.install(app)
    return app


async def health(session: SessionDep) -> dict[str, str]:
    """Tell whether the process and its database answer."""
    await session.execute(text("SELECT 1"))
    return {"status": "ok"}
