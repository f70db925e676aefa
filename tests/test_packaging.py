"""The wheel: what is in it, and that it works alone in an environment of its own."""

import json
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"services", "allocation", "auth", "migrations"}
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as `make wheel` does."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment with the wheel; its dependencies are those of the tests, one path further down."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    site = next(folder.glob("lib/python*/site-packages"))
    install = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "--no-index", wheel], check=True, capture_output=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


def ask(environment: Path, script: str) -> str:
    """Run a script with the environment's interpreter, away from the source and without our variables."""
    program = environment / "bin" / "python"
    done = subprocess.run([program, "-I", "-c", script], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.strip()


def test_the_wheel_holds_the_four_packages_and_no_more(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_all_that_is_not_code_is_there_too(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for package in sorted(PACKAGES):
        for path in (ROOT / package).rglob("*"):
            ours = path.is_file() and "__pycache__" not in path.parts
            assert not ours or str(path.relative_to(ROOT)) in names, path


def test_the_names_belong_to_us_alone(environment: Path) -> None:
    found = json.loads(
        ask(
            environment, "import importlib.metadata as m, json; print(json.dumps(m.packages_distributions()))"
        )
    )
    for package in PACKAGES:
        assert set(found[package]) == {"yipanqi"}, package


def test_the_program_runs_without_its_source(environment: Path) -> None:
    place = ask(environment, "import services; print(services.__file__)")
    assert Path(place).is_relative_to(environment)
    command = [environment / "bin" / "yipanqi", "version", "--json"]
    version = subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout
    assert json.loads(version)["version"] == tomllib.loads(PROJECT)["project"]["version"]
    script = "from services.kit.migrate import config; print(config('x').get_main_option('script_location'))"
    assert Path(ask(environment, script)).is_relative_to(environment)
    script = "from services.kit.i18n import gettext; print(gettext('数据库结构已就绪', 'en'))"
    assert ask(environment, script).isascii()


@pytest.mark.parametrize("name", LOCKS)
def test_locks_are_whole_hashed_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links|file:", text)
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_the_program_is_never_uploaded_by_mistake(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(name).decode()
    assert "Classifier: Private :: Do Not Upload" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert "Requires-Python: >=3.11" in metadata
