"""The registers of tracking as workbooks: schedule, sponsors, blocks and reviews; promises and strengths."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.compliance.words import ITEM_KINDS, SOURCES
from services.documents.lists import columns_of, list_xlsx
from services.documents.service import File
from services.documents.tabular import TableSection
from services.kit.i18n import Locale, gettext, lazy
from services.tracking import promises, registers, schedule
from services.tracking.project_views import BlocksAnswer, LookBacksAnswer, SponsorsAnswer
from services.tracking.promise_views import PromisesAnswer
from services.tracking.views import ItemsAnswer
from services.tracking.words import (
    BLOCK_KINDS,
    DEPARTMENTS,
    ITEM_STATES,
    OCCASIONS,
    REVIEW_OUTCOMES,
    SPONSOR_ROLES,
)


async def registers_xlsx(session: AsyncSession, principal: Principal, today: date, locale: Locale) -> File:
    """Write what stands in the registers over all projects that somebody tracks, a page for each."""
    sponsors = await registers.sponsors(session, principal, today)
    sections = (
        _items(await schedule.items(session, principal, today, standing=True), locale),
        _sponsor_sums(sponsors, locale),
        _sponsors(sponsors, locale),
        _blocks(await registers.blocks(session, principal, today), locale),
        _look_backs(await registers.due_list(session, principal, today), locale),
    )
    kind = gettext(lazy("项目跟踪登记表"), locale)
    return await list_xlsx(session, principal, today, "DJ", kind, sections)


async def promises_xlsx(
    session: AsyncSession,
    principal: Principal,
    today: date,
    locale: Locale,
    *,
    county: str | None = None,
    year: int | None = None,
) -> File:
    """Write what somebody sees of the register of promises, all or of one county or year."""
    found = await promises.register(session, principal, county, year)
    kind = gettext(lazy("承诺台账"), locale)
    return await list_xlsx(
        session, principal, today, "CN", kind, (_purses(found, locale), _promises(found, locale))
    )


def _items(found: ItemsAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("项目"), lazy("事项"), lazy("完成时限"), lazy("责任单位"), lazy("责任人岗位"), lazy("状态")),
        lazy("超期天数"),
    )
    return TableSection(
        heading=gettext(lazy("调度清单"), locale),
        columns=columns_of(heads, "ttttttn", (28, 40, 12, 16, 16, 16, 10), locale),
        rows=tuple(
            (
                *(row.project_name, row.what, row.due_on.isoformat(), row.unit_name, row.post),
                *(gettext(ITEM_STATES[row.state], locale), row.days_late),
            )
            for row in found.items
        ),
    )


def _sponsor_sums(found: SponsorsAnswer, locale: Locale) -> TableSection:
    heads = (lazy("责任单位"), lazy("项目数"), lazy("投资额"))
    return TableSection(
        heading=gettext(lazy("领导包抓合计"), locale),
        columns=columns_of(heads, "tnm", (24, 12, 20), locale),
        rows=tuple((row.unit_name, row.projects, row.investment_fen) for row in found.totals),
    )


def _sponsors(found: SponsorsAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("项目"), lazy("五个一职责"), lazy("责任单位"), lazy("责任人岗位"), lazy("开始日期")),
        *(lazy("最近走访协调"), lazy("未走访天数"), lazy("投资额")),
    )
    return TableSection(
        heading=gettext(lazy("包抓责任人"), locale),
        columns=columns_of(heads, "ttttttnm", (28, 18, 16, 18, 12, 14, 12, 20), locale),
        rows=tuple(
            (
                *(row.project_name, gettext(SPONSOR_ROLES[row.role], locale), row.unit_name, row.post),
                *(row.from_on.isoformat(), _day(row.last_visit_on), row.quiet_days, row.investment_fen),
            )
            for row in found.items
        ),
    )


def _blocks(found: BlocksAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("项目"), lazy("受阻因素"), lazy("受阻情况"), lazy("责任部门"), lazy("责任单位")),
        *(lazy("受阻起始日期"), lazy("受阻天数")),
    )
    return TableSection(
        heading=gettext(lazy("受阻因素"), locale),
        columns=columns_of(heads, "ttttttn", (28, 14, 40, 18, 16, 12, 10), locale),
        rows=tuple(
            (
                *(row.project_name, gettext(BLOCK_KINDS[row.kind], locale), row.what),
                *(gettext(DEPARTMENTS[row.department], locale), row.unit_name, row.opened_on.isoformat()),
                row.days,
            )
            for row in found.items
        ),
    )


def _look_backs(found: LookBacksAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("项目"), lazy("县区"), lazy("投资额"), lazy("回看节点"), lazy("应回看日期")),
        lazy("超期天数"),
    )
    return TableSection(
        heading=gettext(lazy("重大项目回看"), locale),
        columns=columns_of(heads, "ttmttn", (28, 16, 20, 14, 14, 10), locale),
        rows=tuple(
            (
                *(row.project_name, row.county_name, row.investment_fen),
                *(gettext(OCCASIONS[row.occasion], locale), row.due_on.isoformat(), row.days_late),
            )
            for row in found.items
        ),
    )


def _purses(found: PromisesAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("年度"), lazy("县区"), lazy("承诺金额"), lazy("已兑现金额"), lazy("未兑现金额"), lazy("财力")),
        *(lazy("财力上限"), lazy("超出上限金额"), lazy("来源"), lazy("审核结论"), lazy("审核意见")),
    )
    return TableSection(
        heading=gettext(lazy("承诺与财力"), locale),
        columns=columns_of(heads, "ttmmmmmmttt", (8, 14, 18, 18, 18, 18, 18, 16, 24, 14, 28), locale),
        rows=tuple(
            (
                *(str(row.year), row.county_name, row.promised_fen, row.fulfilled_fen, row.owed_fen),
                *(row.strength_fen, row.cap_fen, row.over_fen, row.source),
                gettext(REVIEW_OUTCOMES[row.review.outcome], locale) if row.review else "",
                row.review.words if row.review else "",
            )
            for row in found.purses
        ),
    )


def _promises(found: PromisesAnswer, locale: Locale) -> TableSection:
    heads = (
        *(lazy("年度"), lazy("县区"), lazy("项目"), lazy("类别"), lazy("承诺事项"), lazy("兑现条件")),
        *(lazy("资金来源"), lazy("承诺金额"), lazy("已兑现金额"), lazy("清单状态")),
    )
    standing = {True: gettext(lazy("有效"), locale), False: gettext(lazy("清单已变更"), locale)}
    return TableSection(
        heading=gettext(lazy("承诺事项"), locale),
        columns=columns_of(heads, "tttttttmmt", (8, 14, 28, 14, 30, 24, 18, 18, 18, 12), locale),
        rows=tuple(
            (
                *(str(row.year), row.county_name, row.project_name, gettext(ITEM_KINDS[row.kind], locale)),
                *(row.what, row.condition, gettext(SOURCES[row.source], locale)),
                *(row.promised_fen, row.fulfilled_fen, standing[row.standing]),
            )
            for row in found.items
        ),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
