"""`yipanqi advise`: what a rule of fair division says, on a file, without a database."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from allocation.sharing.advice.case import Advice, AdviceMethod, advise, read_question
from allocation.sharing.advice.refusal import Refusal
from allocation.sharing.advice.text import parse
from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy
from services.sharing.words import CORE, MEANINGS, METHODS, sentence


def advise_on(
    file: Annotated[Path, typer.Argument(help="问题文件 / the question")],
    method: Annotated[AdviceMethod, typer.Option(help="分配规则 / the rule")],
) -> None:
    """按公认规则给出分享建议，最后一行是 JSON / What a rule of fair division says; last line JSON."""
    try:
        found = advise(read_question(parse(file.read_bytes())), method)
    except Refusal as error:
        _refuse(f"{file}: {sentence(error, language())}")
    except OSError as error:
        _refuse(f"{error.filename or file}: {error.strerror}")
    _show(found)


def _refuse(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)


def _show(found: Advice) -> None:
    locale = language()
    rule, meaning = gettext(METHODS[found.method], locale), gettext(MEANINGS[found.method], locale)
    print_line(gettext(lazy("{rule}：{meaning}"), locale, rule=rule, meaning=meaning))
    for party, share in found.shares.items():
        print_line(f"  {party}\t{share}")
    print_line(gettext(CORE[found.in_core], locale))
    print_json(
        {
            "method": found.method.value,
            "shares": {party: str(share) for party, share in found.shares.items()},
            "in_core": found.in_core,
        }
    )
