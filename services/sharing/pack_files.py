"""Reads the files of rule packs: those that come with the program, or those of a folder."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from allocation.documents import Unread, Unreadable, read
from allocation.sharing.packs import Pack, PackError, read_pack


def read_packs(folder: Traversable | None = None) -> dict[str, Pack]:
    """Read every pack (`*.json`) of a folder by its id, in the order of the ids.

    Args:
        folder: a path; without one, the packs of the program.

    Raises:
        PackError: a file is no pack, or not named after its id; the field begins with the file's name.
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
        pack = read_pack(read(file.read_bytes()))
    except Unreadable as error:
        raise PackError(file.name, _unreadable(error)) from error
    except PackError as error:
        raise PackError(f"{file.name}: {error.field}", error.fault) from error
    if file.name != f"{pack.id}.json":
        raise PackError(f"{file.name}: id", f"the file of {pack.id!r} is named {pack.id}.json")
    return pack


def _unreadable(error: Unreadable) -> str:
    if error.why is Unread.not_json:
        return f"not JSON: {error.reason} (line {error.line})"
    return error.reason
