"""What a demo keeps beside its database."""

import stat
from pathlib import Path

import pytest

from services.demo.folder import Account, DemoFolder, Mark, OtherFormat, OtherInput, check_input, digest_of

ACCOUNT = Account(role="auditor", login="auditor", password="made up", office="审计局")


def test_files_are_made_once_and_only_for_their_owner(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "data")
    assert folder.accounts() == []
    assert folder.mark() is None
    assert not folder.path.exists(), "reading makes nothing"
    secret = folder.secret()
    assert len(secret) >= 32
    assert folder.secret() == secret
    assert DemoFolder(tmp_path / "other").secret() != secret
    folder.store_accounts([ACCOUNT])
    assert folder.accounts() == [ACCOUNT]
    mark = Mark(city="611000", year=2026, built_from="somewhere", digest="0")
    folder.finish(mark)
    assert folder.mark() == mark
    for path in folder.path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert not list(folder.path.glob(".*.new"))


def test_another_releases_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('{"format": 0}', encoding="utf-8")
    with pytest.raises(OtherFormat, match="另一版本"):
        DemoFolder(tmp_path).mark()


def test_a_folder_built_from_other_files_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "县区.csv").write_text("a", encoding="utf-8")
    mark = Mark(city="611000", year=2026, built_from="here", digest=digest_of(source))
    (source / "README.md").write_text("not data", encoding="utf-8")
    check_input(mark, tmp_path, source)
    check_input(mark, tmp_path, None)
    (source / "县区.csv").write_text("b", encoding="utf-8")
    with pytest.raises(OtherInput, match="here"):
        check_input(mark, tmp_path, source)
