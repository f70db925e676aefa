"""What was paid in, as an office states it in a file: read like the other tables, and stored at once.

The rows are one office's own, so no plan is kept that another office could see: a file is taken whole or
refused whole, and a dry run reads it without storing anything.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.interchange.amounts import Month, Quantity
from services.interchange.cells import Code
from services.interchange.faults import MESSAGES, Fault
from services.interchange.reading import open_file, read_rows
from services.interchange.specs.columns import Column, Grounds, Table
from services.interchange.specs.ground import TAXES
from services.interchange.units import MONEY_YUAN
from services.kit.errors import FieldError, Invalid
from services.kit.i18n import lazy
from services.reconciliation.service import FigureInput, StatedBatch, state_figures

BAD_ROW: Final = lazy("此格内容不符合要求")
_YUAN: Final = Quantity(MONEY_YUAN, places=2)


class FigureFileHasFaults(Invalid):
    """Rows of the file have faults; nothing is stored. `errors` names each by row and column."""

    slug = "figures-file-has-faults"
    title = lazy("文件中有错误行，未写入任何数据")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            errors=[
                FieldError(
                    f"/rows/{fault.row}/{fault.column}".rstrip("/"),
                    fault.code,
                    BAD_ROW if "{" in MESSAGES[fault.code] else MESSAGES[fault.code],
                )
                for fault in faults
            ]
        )
        self.faults = tuple(faults)


async def _nothing_stored(session: AsyncSession, city: str) -> dict[Any, Any]:  # noqa: ARG001 -- a table's shape
    return {}


FIGURES: Final = Table(
    kind="figures",
    title="入库核对数",
    row=FigureInput,
    key=("agreement", "month", "tax"),
    columns=(
        Column(field="agreement", name="协议编号", type=Code()),
        Column(field="month", name="月份", type=Month()),
        Column(field="tax", name="税种", type=TAXES),
        Column(field="paid_fen", name="入库数", type=_YUAN, total=True),
        Column(field="refund_fen", name="退库数", type=_YUAN, required=False, blank=0, total=True),
    ),
    existing=_nothing_stored,
    write=_nothing_stored,
    group="税种",
    importers=frozenset({Role.county_finance, Role.city_finance}),
)
"""The file of figures. It is none of a city's fifteen tables: each office hands in its own."""


async def read_figures(city: str, filename: str, data: bytes) -> list[FigureInput]:
    """Read a file of figures.

    Raises:
        OversizedFile, UnusableFile: the file as a whole cannot be used.
        FigureFileHasFaults: rows have faults, a key that stands twice among them.
    """
    sheet = await asyncio.to_thread(open_file, FIGURES, filename, data)
    reading = await asyncio.to_thread(read_rows, FIGURES, sheet, Grounds(city=city))
    if reading.faults:
        raise FigureFileHasFaults(reading.faults)
    return [item.row for item in reading.good]


async def state_file(
    session: AsyncSession, principal: Principal, filename: str, data: bytes, today: date
) -> StatedBatch:
    """Store the figures of a file. Raises what `read_figures` and `state_figures` raise."""
    rows = await read_figures(principal.city, filename, data)
    return await state_figures(
        session,
        principal,
        rows,
        today,
        filename=filename,
        file_sha256=hashlib.sha256(data).hexdigest(),
    )
