"""Reads the files of rule packs: those that come with the program, or those of a folder."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from allocation.documents import DEEPEST, Unread, Unreadable, read
from allocation.sharing.formulas.errors import Fault
from allocation.sharing.packs import Pack, PackError, read_pack

_UNREADABLE: Final = {
    Unread.not_text: Fault.not_utf8,
    Unread.not_json: Fault.not_json,
    Unread.too_deep: Fault.too_deep,
}


def read_packs(folder: Traversable | None = None) -> dict[str, Pack]:
    """Read every pack (`*.json`) of a folder by its id, in the order of the ids.

    Args:
        folder: a path; without one, the packs of the program.

    Raises:
        PackError: a file is no pack, or not named after its id; `file` names it.
        OSError: the folder or a file cannot be read.
    """
    place = files("allocation.sharing.packs") if folder is None else folder
    found = {}
    for file in sorted(place.iterdir(), key=lambda one: one.name.removesuffix(".json")):
        if file.name.endswith(".json"):
            pack = _read(file)
            found[pack.id] = pack
    return found


@cache
def own_packs() -> Mapping[str, Pack]:
    """The packs of the program by their ids, read once: they change only with the program."""
    return MappingProxyType(read_packs())


def _read(file: Traversable) -> Pack:
    try:
        return _pack(file)
    except PackError as error:
        error.file = file.name
        raise


def _pack(file: Traversable) -> Pack:
    try:
        pack = read_pack(read(file.read_bytes()))
    except Unreadable as error:
        raise PackError("", _UNREADABLE[error.why], line=error.line, most=DEEPEST) from error
    if file.name != f"{pack.id}.json":
        raise PackError("id", Fault.wrong_file_name, name=f"{pack.id}.json")
    return pack
