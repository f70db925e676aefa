"""The calculator in a city: its level table, its settings, its parks and its leads."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Clock
from services.kit.i18n import Locale
from services.projects.schemas import ProjectForm
from services.projects.tables import Project
from services.regions.repo import load_level_table, load_regions
from services.regions.settings import settings_on
from services.sharing.estimate_answers import work_out
from services.sharing.estimate_errors import BadEstimate
from services.sharing.estimate_hosting import obstacles
from services.sharing.estimate_schemas import Estimate, EstimateForm, ParkAnswer


async def estimate(session: AsyncSession, city: str, form: EstimateForm, locale: Locale) -> Estimate:
    """Answer a form by the city's level table and settings of today. Nothing is stored.

    Raises:
        BadEstimate: the question has no answer; names the field.
    """
    return await _answer(session, city, form, locale, await Clock().today(session, city))


async def estimate_lead(
    session: AsyncSession, city: str, facts: Project | ProjectForm, deal: EstimateForm, locale: Locale
) -> Estimate:
    """Answer for a lead of the pool or one that is being typed, and say whether the origin could host it.

    Args:
        session: the asker's transaction.
        city: the city.
        facts: the lead.
        deal: what is agreed or tried out; its figures of the lead are overwritten with the lead's own.
        locale: the reader's language.
    """
    today = await Clock().today(session, city)
    can_host, why_not = await obstacles(session, city, facts, today)
    known = {
        "origin": facts.origin,
        "tax_fen": facts.tax_fen,
        "taxes": None,
        "investment_fen": facts.investment_fen,
        "fixed_investment_fen": facts.fixed_investment_fen,
        "output_fen": facts.output_fen,
        "can_host": can_host,
    }
    return await _answer(session, city, deal.model_copy(update=known), locale, today, why_not)


async def _answer(
    session: AsyncSession,
    city: str,
    form: EstimateForm,
    locale: Locale,
    today: date,
    why_not: Sequence[ParkAnswer] = (),
) -> Estimate:
    known = {row.code for row in await load_regions(session, city)}
    for place, code in (("origin", form.origin), ("host", form.host)):
        if code is not None and code not in known:
            raise BadEstimate.at(place, "unknown_region")
    table = await load_level_table(session, city)
    return work_out(
        form,
        table,
        table.treasuries,
        await settings_on(session, city, today),
        city=city,
        first_year=today.year,
        locale=locale,
        why_not=why_not,
    )
