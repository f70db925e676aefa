"""Sheets to PDF: Typst with the fonts of the package, nothing of the machine, same sheet, same bytes."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, cast

import pylopdf_fonts_zh_cn
import segno
import typst

from allocation.sharing.statement import Direction
from allocation.units import Fen
from services.documents.amount_words import amount_words
from services.documents.bulletin_sheet import BulletinSheet, LeadersSheet
from services.documents.sheets import (
    AgreementSheet,
    ConfirmationSheet,
    ProjectCardSheet,
    StatementSheet,
)
from services.documents.tabular import TableSheet

TYPST_FOLDER: Final = Path(__file__).parent / "typst"
PDF_STANDARD: Final = "a-2b"

Sheet = (
    StatementSheet
    | AgreementSheet
    | ConfirmationSheet
    | ProjectCardSheet
    | TableSheet
    | BulletinSheet
    | LeadersSheet
)

_lock = Lock()


class Template(StrEnum):
    """The Typst file that draws each kind of sheet."""

    statement = "statement.typ"
    agreement = "agreement.typ"
    confirmation = "confirmation.typ"
    project = "project.typ"
    tabular = "tabular.typ"
    bulletin = "bulletin.typ"
    leaders = "leaders.typ"


TEMPLATES: Final[Mapping[type[Sheet], Template]] = MappingProxyType(
    {
        StatementSheet: Template.statement,
        AgreementSheet: Template.agreement,
        ConfirmationSheet: Template.confirmation,
        ProjectCardSheet: Template.project,
        TableSheet: Template.tabular,
        BulletinSheet: Template.bulletin,
        LeadersSheet: Template.leaders,
    }
)


def render_pdf(sheet: Sheet) -> bytes:
    """Draw a sheet as PDF/A-2b.

    The document's date is the sheet's own business date, so that bytes do not depend on the hour of printing.
    Takes tens of milliseconds for a page, seconds for hundreds of lines; call it in a thread. One compiler,
    which keeps the parsed fonts, serves all callers in turn.
    """
    facts = _facts(sheet)
    with _lock:
        pdf = _compiler().compile(
            str(TYPST_FOLDER / TEMPLATES[type(sheet)]),
            format="pdf",
            sys_inputs={"sheet": json.dumps(facts, ensure_ascii=False, default=_plain)},
            pdf_standards=PDF_STANDARD,
            timestamp=_timestamp(sheet.made_on),
        )
    return cast("bytes", pdf)  # one file and no output path: the pages in one piece


@cache
def _compiler() -> typst.Compiler:
    """Make the one compiler; system fonts are shut out so that every machine prints the same."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(pylopdf_fonts_zh_cn.serif_path().parent)],
    )
    return typst.Compiler(root=str(TYPST_FOLDER), font_paths=fonts)


def _facts(sheet: Sheet) -> dict[str, Any]:
    """Turn a sheet into what its template reads; derived texts are made here and not in the template."""
    facts: dict[str, Any] = asdict(sheet)
    facts["qr"] = _qr(sheet.verify)
    match sheet:
        case StatementSheet():
            up, down = sheet.total(Direction.up), sheet.total(Direction.down)
            facts |= {
                "name": sheet.kind.zh,
                "total_up": up,
                "total_down": down,
                "words_up": amount_words(up),
                "words_down": amount_words(down),
            }
            for subject, row in zip(sheet.subjects, facts["subjects"], strict=True):
                row |= {"code": subject.direction.subject, "name": subject.direction.subject_name}
        case AgreementSheet():
            facts["cap_words"] = "" if sheet.cap is None else amount_words(Fen(sheet.cap))
        case TableSheet():
            facts["words"] = [(name, fen, amount_words(Fen(fen))) for name, fen in sheet.words]
        case ConfirmationSheet() | ProjectCardSheet() | BulletinSheet() | LeadersSheet():
            pass
    return facts


def _qr(address: str) -> str:
    """Draw the address as an SVG QR code; empty when there is none."""
    if not address:
        return ""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, scale=4)
    return out.getvalue().decode()


def _plain(value: object) -> str:
    """Write a date for JSON."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place on a sheet")


def _timestamp(day: date) -> int:
    """Midnight of a day as seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
