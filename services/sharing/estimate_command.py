"""`yipanqi estimate`: the calculator on a file, without a database."""

import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.sharing.estimate_schemas import Estimate, EstimateFile, WayAnswer


def estimate(
    file: Annotated[Path, typer.Argument(help="问题文件 / the question: docs/sharing-estimate.md")],
) -> None:
    """比较流转、自留、流失的考核与税收 / Compare passing a lead on, keeping and losing it; last line JSON."""
    from services.kit.errors import DomainError
    from services.kit.strict_json import BadJson

    try:
        found = _answer(_read(file.read_bytes()))
    except OSError as error:
        _refuse([f"{error.filename or file}: {error.strerror}"])
    except BadJson as error:
        _refuse([f"{file}: {gettext(lazy('不是有效的 JSON'), language())} ({error.facts['reason']})"])
    except DomainError as error:
        places = [f"{item.pointer}: {gettext(item.detail, language())}" for item in error.errors]
        _refuse([f"{file}: {place}" for place in places or [gettext(error.title, language())]])
    for line in _lines(found):
        print_line(line)
    print_json(found.model_dump(mode="json"))


def _read(content: bytes) -> "EstimateFile":
    """Read a file strictly, a byte order mark allowed.

    Raises:
        BadJson: no strict JSON; NaN and infinite numbers are none.
        BadEstimate: names every field that does not belong.
    """
    from pydantic import ValidationError

    from services.kit.errors import FieldError
    from services.kit.strict_json import check
    from services.sharing.estimate_errors import BadEstimate
    from services.sharing.estimate_schemas import EstimateFile

    text = content.removeprefix(BOM_UTF8)
    check(text)
    try:
        return EstimateFile.model_validate_json(text)
    except ValidationError as error:
        raise BadEstimate(
            errors=[
                FieldError("/" + "/".join(map(str, item["loc"])), item["type"], lazy("取值不符合要求"))
                for item in error.errors(include_url=False, include_input=False)
            ]
        ) from None


def _answer(asked: "EstimateFile") -> "Estimate":
    """Work a file's question out by its own level table; defaults of the settings fill it up."""
    from allocation.sharing.base import LevelShare, LevelTable
    from services.regions.settings import DEFAULTS
    from services.sharing.estimate_answers import work_out
    from services.sharing.estimate_errors import BadEstimate

    shares = []
    for place, line in enumerate(asked.levels):
        try:
            shares.append(LevelShare(**line.model_dump()))
        except ValueError:
            raise BadEstimate.at(f"levels.{place}", "no_whole") from None
    return work_out(
        asked,
        LevelTable(shares),
        sorted({share.treasury for share in shares}),
        DEFAULTS,
        city=asked.city,
        first_year=asked.first_year,
        locale=language(),
        mix=asked.mix,
    )


def _refuse(lines: list[str]) -> None:
    for line in lines:
        sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)


def _lines(found: "Estimate") -> Iterator[str]:
    """Print each way: credit of this year, then money year by year; last what it rests on."""
    from services.sharing.estimate_words import WAYS

    for way in found.ways:
        yield gettext(WAYS[way.way], language())
        if way.possible is False:
            yield "  " + gettext(lazy("不能承载"), language())
            continue
        yield from _figures(way, found.calendar_years)
    for item in found.assumptions:
        yield f"- {item.text}"


def _figures(way: "WayAnswer", years: list[int]) -> Iterator[str]:
    from allocation.figures import wan
    from services.sharing.estimate_words import INDICATORS

    words = lazy("  {indicator}：今年考核计入 {now} 万元，五年 {whole} 万元")
    for row in way.credit:
        indicator = gettext(INDICATORS[row.indicator], language())
        now, whole = wan(row.this_year_fen), wan(row.total_fen)
        yield gettext(words, language(), indicator=indicator, now=now, whole=whole)
    for money in (way.money_low, way.money_high):
        if money is None or (money is way.money_high and money == way.money_low):
            continue
        parts = ", ".join(f"{year} {wan(fen)}" for year, fen in zip(years, money.by_year_fen, strict=True))
        told = lazy("  税收（承接地 {host}）：五年 {whole} 万元：{parts}")
        yield gettext(told, language(), host=money.host or "-", whole=wan(money.total_fen), parts=parts)
