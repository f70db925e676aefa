"""`yipanqi verify`: a proof bundle checked without a database and without the network."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from allocation.evidence.bundle import HeldKey
    from allocation.evidence.checkpoint import Checkpoint

_BUNDLE = Annotated[Path | None, typer.Argument(help="证据包 / the bundle", metavar="BUNDLE")]
_KEYS = Annotated[
    Path | None, typer.Option("--keys", help="您另行取得的公钥，每行一个 / keys that you have, a line each")
]
_KNOWN = Annotated[
    Path | None, typer.Option("--known", help="您先前保存的存证点 / a checkpoint that you kept")
]
_PRINT = Annotated[
    bool,
    typer.Option("--print-verifier", help="输出只需 Python 的单文件核验程序 / print the one-file verifier"),
]


def verify(
    bundle: _BUNDLE = None,
    keys: _KEYS = None,
    known: _KNOWN = None,
    print_verifier: _PRINT = False,
) -> None:
    """核验证据包，最后一行是 JSON / Check a proof bundle; the last line is JSON."""
    if print_verifier == (bundle is not None):
        raise typer.BadParameter("BUNDLE | --print-verifier")
    if bundle is None:
        sys.stdout.write(verifier_text())
        return
    from allocation.evidence.verifying import verify_bundle
    from services.evidence.words import sentences

    try:
        given = None if keys is None else _keys(keys)
        kept = None if known is None else _checkpoint(known)
        found = verify_bundle(bundle.read_bytes(), given=given, known=kept)
    except OSError as error:
        _refuse(f"{error.filename or bundle}: {error.strerror}")
    for line in sentences(found, language()):
        print_line(line)
    print_json(found.document())
    if not found.verified:
        raise typer.Exit(1)


def verifier_text() -> str:
    """The one-file verifier, as it lies in the package."""
    return files("services.evidence").joinpath("verifier.py").read_text("utf-8")


def _keys(path: Path) -> "list[HeldKey]":
    """Keys, a line each: a log's `VKEY`, a county's `VKEY county` or `VKEY city`."""
    from allocation.evidence.bundle import HeldKey, Holder
    from allocation.evidence.keys import parse_key

    found = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        try:
            parse_key(words[0])
            holder = Holder(" ".join(words[1:])) if words[1:] else None
        except ValueError:
            _refuse(gettext(lazy("{path} 第 {line} 行：不是公钥"), language(), path=path, line=number))
        found.append(HeldKey(words[0], holder))
    return found


def _checkpoint(path: Path) -> "Checkpoint":
    """A checkpoint, with or without its signatures."""
    from allocation.evidence.checkpoint import parse_checkpoint

    text, gap, _ = _text(path).partition("\n\n")
    try:
        return parse_checkpoint(text + "\n" if gap else text)
    except ValueError:
        _refuse(gettext(lazy("{path}：不是存证点"), language(), path=path))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        _refuse(f"{path}: UTF-8")


def _refuse(line: str) -> NoReturn:
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)
