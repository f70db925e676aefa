"""`yipanqi key` and `yipanqi cosign`: a county's key and its co-signature, made offline."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from allocation.evidence.checkpoint import Checkpoint
    from allocation.evidence.cosigning import Request
    from allocation.evidence.keys import VerifierKey

key = typer.Typer(help="县区自持的会签密钥 · a county's own key", no_args_is_help=True)

_NAME = Annotated[
    str, typer.Option("--name", help="密钥名称，见“密钥保管说明”页，如 yipanqi/611000/611002 · its name")
]

REFUSALS = {
    "other_log": lazy("不会签：这个存证点不属于密钥所属的日志"),
    "unsigned": lazy("不会签：存证点没有日志自己的有效签名"),
    "older": lazy("不会签：这个存证点比已会签过的还早"),
    "other_start": lazy("不会签：证明不是从本机会签过的存证点（{size} 条）开始的，请重新下载"),
    "rewritten": lazy(
        "不会签：与本机会签过的存证点（{size} 条）不是同一段历史，市级出示了两种历史。请保留文件并联系审计"
    ),
}


@key.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="写入私钥的文件 · file for the private key", metavar="FILE")],
    name: _NAME,
) -> None:
    """生成密钥：私钥写入文件（只有本人可读），公钥输出 · make a key; prints the public part."""
    from allocation.evidence.cosigning import county_key, signer_text

    private = os.urandom(32)
    try:
        public = county_key(name, private)
    except ValueError:
        _refuse(gettext(lazy("密钥名称不合规定：{name}"), language(), name=name))
    _write_new(file, signer_text(public, private) + "\n")
    print_line(gettext(lazy("私钥已写入 {path}，请妥善保管，不得交给市级；公钥："), language(), path=file))
    print_line(public.text)


@key.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="私钥文件 · the private key's file", metavar="FILE")],
) -> None:
    """输出私钥文件对应的公钥 · print the public part."""
    print_line(_signer(file)[0].text)


def cosign(
    checkpoint: Annotated[
        Path, typer.Argument(help="从“存证”页下载的会签请求 · the request", metavar="CHECKPOINT")
    ],
    signer: Annotated[Path, typer.Option("--key", help="私钥文件 · the private key's file")],
    previous: Annotated[
        Path | None,
        typer.Option("--previous", help="上次会签的存证点；默认在私钥文件旁 · what was co-signed last"),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", help="纸面上的日志公钥 · the log's public key, from paper")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="会签结果文件 · result")] = None,
) -> None:
    """县区会签：核对没有改写历史后签名，不联网 · co-sign offline, unless history was rewritten."""
    from allocation.evidence.bundle import HeldKey
    from allocation.evidence.checkpoint import cosign as signed
    from allocation.evidence.cosigning import refusal
    from allocation.evidence.note import Note

    request = _request(checkpoint)
    public, private = _signer(signer)
    kept_file = previous or signer.with_name(signer.name + ".kept")
    kept = _kept(kept_file)
    if previous is not None and kept is None:
        _refuse(gettext(lazy("没有 {path}"), language(), path=previous))
    try:
        why = refusal(request, kept, county=public, log=None if log is None else HeldKey(log.strip()))
    except ValueError:
        _refuse(gettext(lazy("不是日志的公钥：{text}"), language(), text=log))
    if why is not None:
        size = kept.size if kept else 0
        _refuse(gettext(REFUSALS[why.value], language(), size=size))
    point = request.checkpoint
    line = signed(point, public.name.rpartition("/")[2], private, int(time.time()))
    # Kept first: who has signed and forgotten it could sign another history later.
    _replace(kept_file, request.note.document)
    done = Note(request.note.text, (line,)).document
    if output is not None:
        output.write_text(done, "utf-8")
    else:
        print_line(done.rstrip("\n"))
    print_json({"size": point.size, "root": point.root.hex(), "kept": str(kept_file), "first": kept is None})


def _request(path: Path) -> "Request":
    from allocation.evidence.cosigning import parse_request

    try:
        return parse_request(path.read_bytes().decode())
    except ValueError:
        _refuse(gettext(lazy("{path}：不是会签请求"), language(), path=path))


def _signer(path: Path) -> "tuple[VerifierKey, bytes]":
    from allocation.evidence.cosigning import parse_signer
    from allocation.evidence.keys import SignatureKind

    try:
        public, private = parse_signer(path.read_bytes().decode())
    except ValueError:
        _refuse(gettext(lazy("{path}：不是会签用的私钥"), language(), path=path))
    if public.kind is not SignatureKind.cosignature:
        _refuse(gettext(lazy("{path}：不是会签用的私钥"), language(), path=path))
    return public, private


def _kept(path: Path) -> "Checkpoint | None":
    from allocation.evidence.checkpoint import parse_checkpoint
    from allocation.evidence.note import parse_note

    if not path.exists():
        return None
    try:
        return parse_checkpoint(parse_note(path.read_bytes().decode()).text)
    except ValueError:
        _refuse(gettext(lazy("{path}：不是存证点"), language(), path=path))


def _write_new(path: Path, text: str) -> None:
    """Write a file that only its owner reads, and never over another."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _refuse(gettext(lazy("{path} 已存在，不覆盖"), language(), path=path))
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: after a crash there is the old one or the new one."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def _refuse(line: str) -> NoReturn:
    sys.stderr.write(f"{line}\n")
    raise typer.Exit(1)
