"""The rows of a figure: what it adds up, shown as far as this person may see each."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.rates import Kind
from allocation.statistics.rowsets import Row
from auth.principal import Principal
from auth.reports import reports_whole_city
from services.kit.clock import Clock
from services.kit.i18n import DEFAULT_LOCALE, Locale
from services.reports import repo
from services.reports.errors import NoSuchFigure
from services.reports.naming import Named, others, projects
from services.reports.reading import Shown, read
from services.reports.schemas import Figure, FigureRows, RowView, Unit
from services.reports.spec import Refs
from services.reports.specs import SPECS
from services.reports.writing import correction, figure


async def figure_rows(
    session: AsyncSession,
    principal: Principal,
    period: str,
    code: str,
    region: str | None = None,
    *,
    locale: Locale = DEFAULT_LOCALE,
    clock: Clock | None = None,
) -> FigureRows:
    """Return a figure with its rows; rows that this person may not see are only counted.

    Raises:
        ReportNotForYou: the person reads no reports.
        NoSuchReport: the text names no period, or one that has not begun.
        NoSuchFigure: the report has no such figure, or none that this person may know of.
    """
    shown = await read(session, principal, period, locale=locale, clock=clock)
    wanted = region or shown.reader.region
    found = _figure(shown, code, wanted)
    if found is None:
        raise NoSuchFigure
    parts = _parts(code)
    kept = shown.rows
    if kept is None and shown.frozen is not None:
        kept = await repo.rows_of(session, principal.city, shown.frozen.id, parts.values())
    mine = [
        (part, row)
        for part, name in parts.items()
        for row in (kept or {}).get(name, ())
        if wanted is None or row.region == wanted
    ]
    views = [
        (part, row, seen[row.ref])
        for part, refs in _refs(code).items()
        if (seen := await _seen(session, principal, refs, [row for at, row in mine if at == part], locale))
        for at, row in mine
        if at == part and row.ref in seen
    ]
    rows = [
        RowView(
            part=part,
            ref=view.ref,
            name=view.name,
            region=row.region,
            region_name=shown.names.get(row.region, row.region),
            amount=row.amount,
            note=view.note,
            link=view.link,
        )
        for part, row, view in views
    ]
    return FigureRows(
        figure=found,
        unit=SPECS[code].weighs if code in SPECS else Unit.fen,
        adds=_adds(code, found),
        rows=rows,
        withheld=len(mine) - len(rows),
    )


def _figure(shown: Shown, code: str, region: str | None) -> Figure | None:
    """Return a figure that the reader may know of: one's own, or another county's in a public table."""
    reader, content = shown.reader, shown.content
    for change in content.corrections:
        if region == change.region == reader.region and code == change.code:
            return correction(content, change, reader).figure
    if code not in SPECS:
        return None
    mine = reader.region is None or region == reader.region
    if not mine and not (reader.leagues and SPECS[code].public):
        return None
    for stated in content.figures:
        if stated.code == code and stated.region == region:
            return figure(content, stated, reader.locale)
    return None


def _parts(code: str) -> dict[str, str]:
    """Name the rows of a figure, by what they do in it."""
    if code not in SPECS:  # a correction
        name = code.rpartition(".")[0]
        return {"plus": f"{name}.plus", "minus": f"{name}.minus"}
    spec = SPECS[code]
    if spec.below is None:
        return {"value": spec.above}
    return {"numerator": spec.above, "denominator": spec.below}


def _adds(code: str, found: Figure) -> dict[str, Kind]:
    """Tell how the rows of each part are added up."""
    spec = SPECS.get(code)
    if spec is None:
        return dict.fromkeys(("plus", "minus"), found.kind)
    if spec.below is None:
        return {"value": spec.kind}
    return {"numerator": spec.kind, "denominator": spec.below_kind or spec.kind}


def _refs(code: str) -> dict[str, Refs]:
    """Tell what the rows of each part of a figure are."""
    spec = SPECS.get(code)
    if spec is None:
        return {"plus": Refs.project, "minus": Refs.project}
    if spec.below is None:
        return {"value": spec.refs}
    return {"numerator": spec.refs, "denominator": spec.refs_below or spec.refs}


async def _seen(
    session: AsyncSession, principal: Principal, refs: Refs, rows: Sequence[Row], locale: Locale
) -> Mapping[str, Named]:
    """Return what this person may see of some rows, by their refs: a county only what is its own."""
    whole = reports_whole_city(principal)
    mine = {row.ref for row in rows if whole or row.region == principal.county}
    if refs in {Refs.project, Refs.lost}:
        return await projects(session, principal, mine, lost=refs is Refs.lost, locale=locale)
    return await others(session, principal, refs, mine, locale)
