"""Mere lists as workbooks: numbered by their day, without a state or hands of their own."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements.views import city_name
from services.documents.service import File
from services.documents.tables import table_xlsx
from services.documents.tabular import Column, ColumnKind, TableSection, TableSheet
from services.kit.i18n import Locale, gettext

_LETTERS = {
    "t": ColumnKind.text,
    "n": ColumnKind.number,
    "m": ColumnKind.money,
    "p": ColumnKind.percent,
}


async def list_xlsx(
    session: AsyncSession,
    principal: Principal,
    today: date,
    code: str,
    kind: str,
    sections: tuple[TableSection, ...],
) -> File:
    """Write a list: `code` stands for its kind in its number, before the city and the day."""
    return await table_xlsx(
        TableSheet(
            kind=kind,
            title=kind,
            number=f"{code}-{principal.city}-{today.isoformat()}",
            version=1,
            state="",
            city_name=await city_name(session, principal.city),
            made_on=today,
            sections=sections,
        )
    )


def columns_of(
    heads: tuple[str, ...], kinds: str, widths: tuple[int, ...], locale: Locale
) -> tuple[Column, ...]:
    """Make columns of their heads, widths and kinds, a letter each: text, number, money in fen, percent."""
    return tuple(
        Column(key=f"c{place}", name=gettext(head, locale), kind=_LETTERS[letter], width=width)
        for place, (head, letter, width) in enumerate(zip(heads, kinds, widths, strict=True))
    )
