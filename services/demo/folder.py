"""What lies in a demo's data folder beside the database: a secret, passwords, the mark that it is whole.

The mark is written last. A folder without it was left half-built by a killed run: its database is built anew.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from services.kit.i18n import lazy
from services.kit.refused import Refused

FORMAT = 1


class OtherInput(Refused):
    """The data folder was built from other files than those asked for now."""

    message = lazy("数据文件夹 {folder} 是用另一套文件（{built_from}）建立的，请用 --data 另选一个文件夹")


class OtherFormat(Refused):
    """The data folder was built by another release of the program."""

    message = lazy("数据文件夹 {folder} 由另一版本的程序建立，请用 --data 另选一个文件夹，或删除它")


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account as it is stored and printed."""

    role: str
    login: str
    password: str
    office: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The folder is whole: the city that was built, from which files."""

    city: str
    year: int
    built_from: str
    digest: str
    format: int = FORMAT


class DemoFolder:
    """The files of one data folder; every file of ours is readable by its owner only."""

    def __init__(self, path: Path) -> None:
        """Name the folder; it is made with the first file."""
        self.path = path

    @property
    def worker_log(self) -> Path:
        """Where the worker's process writes."""
        return self.path / "worker.log"

    def secret(self) -> str:
        """Return the folder's secret, made at the first call."""
        stored = self.text("secret")
        if stored is None:
            stored = secrets.token_urlsafe(48)
            self.write_text("secret", stored)
        return stored

    def accounts(self) -> list[Account]:
        """Return the stored accounts; none before the story reached them."""
        stored = self.text("accounts.json")
        return [] if stored is None else [Account(**row) for row in json.loads(stored)]

    def store_accounts(self, accounts: Sequence[Account]) -> None:
        """Store the accounts with their passwords."""
        self.write_text("accounts.json", _json([asdict(account) for account in accounts]))

    def mark(self) -> Mark | None:
        """Return the mark of a whole folder, None for a new or half-built one.

        Raises:
            OtherFormat: the folder is another release's.
        """
        stored = self.text("demo.json")
        if stored is None:
            return None
        facts = json.loads(stored)
        if facts.get("format") != FORMAT:
            raise OtherFormat(folder=self.path)
        return Mark(**facts)

    def finish(self, mark: Mark) -> None:
        """Say that the folder is whole."""
        self.write_text("demo.json", _json(asdict(mark)))

    def text(self, name: str) -> str | None:
        """Return a file's text, None where there is no such file."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_text(self, name: str, text: str) -> None:
        """Write a file whole or not at all, readable by its owner only."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path / f".{name}.new"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / name)


def digest_of(folder: Path) -> str:
    """Return one digest of all input files of a folder, by name and content."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in {".csv", ".xlsx"}:
            whole.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            whole.update(path.read_bytes())
    return whole.hexdigest()


def check_input(mark: Mark, folder: Path, wanted: Path | None) -> None:
    """Refuse to show a city that is not the one asked for; without `--input` any stored city is right.

    Raises:
        OtherInput: the folder was built from other files.
    """
    if wanted is not None and digest_of(wanted) != mark.digest:
        raise OtherInput(folder=folder, built_from=mark.built_from)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
