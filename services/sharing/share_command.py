"""`yipanqi share`: a case of terms and receipts, or of a published formula, worked out without a database."""

import csv
import io
import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from allocation.sharing.contract.faults import Fault
    from allocation.sharing.contract.lines import Line

_CASE = Annotated[Path, typer.Argument(help="案例文件 / the case (yipanqi.share/1)", metavar="CASE.json")]
_EXPLAIN = Annotated[bool, typer.Option("--explain", help="用文字说明每一行 / say every line in words")]
_OUT = Annotated[
    Path | None, typer.Option("--out", help="把各行写入 .json 或 .csv / write the lines here, .json or .csv")
]
COLUMNS = (
    "month",
    "agreement_year",
    "kind",
    "tax",
    "version",
    "party",
    "part_fen",
    "base_fen",
    "deducted_fen",
    "shared_fen",
    "words",
)


def share(file: _CASE, explain: _EXPLAIN = False, out: _OUT = None) -> None:
    """按条款和入库计算各方所得，最后一行是 JSON / What each party gets; the last line is JSON."""
    from allocation.sharing.contract.texts import shown

    if out is not None and out.suffix not in {".json", ".csv"}:
        _refuse([gettext(lazy("{path}：只写 .json 或 .csv"), language(), path=out)])
    document = _read(file)
    by_formula = isinstance(document, dict) and "formula" in document
    work = _formula if by_formula else _agreement
    report, sentences, rows, wrong = work(file, document)
    if out is not None:
        _write(out, rows)
    if explain:
        for sentence in sentences:
            print_line(shown(sentence))
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    print_json(report)
    if wrong:
        raise typer.Exit(1)


def _read(file: Path) -> Any:
    from allocation.documents import Unread, Unreadable, read

    try:
        return read(file.read_bytes())
    except OSError as error:
        _refuse([f"{error.filename or file}: {error.strerror}"])
    except Unreadable as error:
        words = {
            Unread.not_text: lazy("不是 UTF-8 文本"),
            Unread.not_json: lazy("第 {line} 行不是有效的 JSON"),
            Unread.too_deep: lazy("嵌套过深"),
        }
        exactly = f" ({error})" if error.why is Unread.not_json else ""
        _refuse([f"{file}: {gettext(words[error.why], language(), line=error.line)}{exactly}"])


_Worked = tuple[dict[str, Any], list[str], list[dict[str, Any]], list[str]]
"""The last line, the statement, the rows of `--out`, and what is not as the case expects."""


def _agreement(file: Path, document: Any) -> _Worked:
    from allocation.sharing.contract.case import InvalidCaseError, read_case
    from allocation.sharing.contract.explain import explain
    from allocation.sharing.contract.outcome import differences, work_out
    from allocation.sharing.contract.statement import names_of, statement

    english = language() == "en"
    try:
        case = read_case(document)
        outcome = work_out(case)
    except InvalidCaseError as error:
        _refuse([f"{file}: {_said(fault)}" for fault in error.faults])
    said = [one.en if english else one.zh for one in statement(case, outcome)]
    names, rows = names_of(case), []
    for line in outcome.due.lines:
        words = explain(line, names)
        rows += _rows(line, words.en if english else words.zh)
    report = {
        "by_party": outcome.due.by_party,
        "lines": len(outcome.due.lines),
        "base_fen": outcome.due.base_fen,
        "sum_check": outcome.sum_check,
    }
    wrong = [_unlike(file, *one) for one in differences(case, outcome)]
    return report, said, rows, wrong


def _rows(line: "Line", words: str) -> list[dict[str, Any]]:
    """A row for each party of a line; the base stands in each."""
    own = line.amounts
    return [
        {
            "month": line.month,
            "agreement_year": line.agreement_year,
            "kind": line.kind.value,
            "tax": None if line.tax is None else line.tax.value,
            "version": line.version,
            "party": code,
            "part_fen": part,
            "base_fen": own.base,
            "deducted_fen": own.deducted,
            "shared_fen": own.shared,
            "words": words,
        }
        for code, part in zip(line.parties, own.parts, strict=True)
    ]


def _formula(file: Path, document: Any) -> _Worked:
    from allocation.sharing.contract.case import FORMAT
    from allocation.sharing.contract.faults import Fault
    from allocation.sharing.formulas import FormulaError, compute
    from allocation.sharing.packs import PackError, resolved
    from services.sharing.formula_words import sentence
    from services.sharing.pack_files import read_packs

    if document.get("format") != FORMAT:
        _refuse([f"{file}: /format: {FORMAT}"])
    expect = {} if document.get("expect") is None else document["expect"]
    if not isinstance(expect, dict):
        _refuse([f"{file}: {_said(Fault('expect', '/expect', 'not_an_object', _shown(expect)))}"])
    whole = document
    try:
        if isinstance(document["formula"], str):  # a rule pack's id stands for its formula
            whole = resolved(document, read_packs())
        found = compute(whole)
    except (FormulaError, PackError) as error:
        _refuse([f"{file}: {sentence(error, whole, language())}"])
    english = language() == "en"
    said = [one.en if english else one.zh for one in found.lines]
    rows = [
        {"name": one.name, "party": one.party, "words": words}
        for one, words in zip(found.lines, said, strict=True)
    ]
    by_party = dict(found.by_party)
    report = {
        "by_party": by_party,
        "lines": len(found.lines),
        "base_fen": found.base,
        "sum_check": sum(by_party.values()) == found.base,
    }
    got = report | {"rounded": _rounded(expect.get("rounded"), found.figures)}
    wrong = [
        _unlike(file, name, value, got.get(name)) for name, value in expect.items() if got.get(name) != value
    ]
    return report, said, rows, wrong


def _rounded(wanted: Any, figures: Any) -> Any:
    """Figures with as many decimals as the case writes them with, in its own shape."""
    if isinstance(wanted, Mapping) and isinstance(figures, Mapping):
        return {name: _rounded(text, figures.get(name, {})) for name, text in wanted.items()}
    if not isinstance(wanted, str) or isinstance(figures, Mapping):
        return None
    decimals = len(wanted.partition(".")[2])
    return f"{Decimal(round(figures * 10**decimals)).scaleb(-decimals):f}"


def _said(fault: "Fault") -> str:
    from allocation.sharing.contract.fault_words import fault_line

    return fault_line(fault, english=language() == "en")


def _unlike(file: Path, name: str, expected: Any, found: Any) -> str:
    words = lazy("{file}：/expect/{name}：应为 {expected}，得到 {found}")
    facts = {"expected": _shown(expected), "found": _shown(found)}
    return gettext(words, language(), file=file, name=name, **facts)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    """Write the rows; a CSV begins with a byte order mark, so that a spreadsheet reads its Chinese.

    Names and words of a CSV that a spreadsheet could take for a formula are disarmed.
    """
    from services.interchange.writing import disarm

    if out.suffix == ".json":
        text = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    else:
        kept = io.StringIO()
        writer = csv.DictWriter(
            kept, fieldnames=list(rows[0]) if rows else list(COLUMNS), lineterminator="\r\n"
        )
        writer.writeheader()
        writer.writerows(
            {key: disarm(cell) if isinstance(cell, str) else cell for key, cell in row.items()}
            for row in rows
        )
        text = "\ufeff" + kept.getvalue()
    try:
        out.write_text(text, "utf-8", newline="")
    except OSError as error:
        _refuse([f"{error.filename or out}: {error.strerror}"])


def _refuse(lines: list[str]) -> NoReturn:
    from allocation.sharing.contract.texts import shown

    for line in lines:
        sys.stderr.write(f"{shown(line)}\n")
    raise typer.Exit(1)
