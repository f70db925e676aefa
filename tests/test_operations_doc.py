"""What can be set or called is documented, and what is documented exists."""

import re
from pathlib import Path

from typer.testing import CliRunner

from services.cli import app
from services.settings import Settings

TEXT = (Path(__file__).parent.parent / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_and_no_other() -> None:
    named = set(re.findall(r"YIPANQI_[A-Z_]+", TEXT))
    settings = {f"YIPANQI_{name.upper()}" for name in Settings.model_fields} - {"YIPANQI_DATABASE_URL"}
    of_compose = {"YIPANQI_DATABASE_PASSWORD"}
    of_the_command_line = {"YIPANQI_LANG"}
    assert named == settings | of_compose | of_the_command_line


def test_every_command_is_documented_and_no_other() -> None:
    listed = set(re.findall(r"^  ([a-z]+) ", CliRunner().invoke(app, ["--help"]).output, flags=re.MULTILINE))
    table = TEXT.split("## Commands")[1].split("##")[0]
    assert set(re.findall(r"`yipanqi ([a-z]+)", table)) == listed
