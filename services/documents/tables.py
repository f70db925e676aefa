"""Papers of tables as files: drawn or written in a thread, never stored."""

import asyncio

from services.documents.render import render_pdf
from services.documents.service import PDF, XLSX, File
from services.documents.tabular import TableSheet
from services.documents.tabular_workbook import tabular_workbook


async def table_pdf(sheet: TableSheet) -> File:
    """Draw a paper of tables."""
    content = await asyncio.to_thread(render_pdf, sheet)
    return File(content=content, media_type=PDF, name=f"{sheet.number}-v{sheet.version}.pdf")


async def table_xlsx(sheet: TableSheet) -> File:
    """Write a paper of tables as a workbook."""
    content = await asyncio.to_thread(tabular_workbook, sheet)
    return File(content=content, media_type=XLSX, name=f"{sheet.number}-v{sheet.version}.xlsx")
