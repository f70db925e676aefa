"""`yipanqi packs` as a user types it, and the page that shows how to add a pack."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from typer.testing import CliRunner, Result

from services.sharing.pack_files import read_packs
from services.sharing.packs_command import packs
from services.sharing.share_command import share

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/rule-packs.md").read_text("utf-8")
PACKS = read_packs()
FOLDER = ROOT / "allocation/sharing/packs"

app = typer.Typer()
app.add_typer(packs, name="packs")


def call(*arguments: object, lang: str = "zh") -> tuple[int, list[str], str]:
    done = CliRunner().invoke(app, ["packs", *map(str, arguments)], env={"YIPANQI_LANG": lang})
    return done.exit_code, done.stdout.splitlines(), done.stderr


def changed(folder: Path, name: str, change: dict[str, object]) -> None:
    document = json.loads((FOLDER / f"{name}.json").read_text("utf-8")) | change
    (folder / f"{name}.json").write_text(json.dumps(document), "utf-8")


def test_the_list_names_every_pack_and_whether_it_is_in_the_menu() -> None:
    code, lines, wrong = call()
    assert (code, wrong, json.loads(lines[-1])) == (0, "", {"packs": list(PACKS)})
    rows = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[:-1]}
    assert rows["ningde"] == [
        "宁德：招商项目异地落户（两个起算点）",
        "宁德市《关于鼓励招商项目异地落户的通知》",
        "起草菜单可选",
    ]
    assert rows["fpic"][2] == "国外规则，仅供验证，不在起草菜单"
    assert call(lang="en")[1][3].split("\t")[3].startswith("a foreign rule")


@pytest.mark.parametrize("name", PACKS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_packs_worked_examples_print_as_statements(name: str, lang: str) -> None:
    code, lines, wrong = call("show", name, lang=lang)
    count = len(PACKS[name].examples)
    assert (code, wrong) == (0, "")
    assert json.loads(lines[-1]) == {"id": name, "examples": count, "as_expected": True}
    heads = [place for place, line in enumerate(lines) if line.startswith("——")]
    assert len(heads) == count
    assert " = " in lines[-2] or "合计" in lines[-2] or "yuan" in lines[-2]
    if lang == "en":
        ours = "\n".join(lines[: heads[0]])
        assert "Source: " in ours
        assert "Nobody gains by cutting a project in two: " in ours
    foreign = "a foreign rule" if lang == "en" else "国外规则"
    assert lines[1].startswith(foreign) is not PACKS[name].in_menu


def test_settings_are_shown_with_their_default_and_marks() -> None:
    lines = call("show", "beijing-tianjin-hebei", lang="en")[1]
    assert "Setting: least yearly average = 2,000 wan yuan (/entry/average_fen)" in lines
    assert any(line.startswith("Not verified, a setting: three years, two more") for line in lines)
    lines = call("show", "default-three-seven", lang="en")[1]
    assert "Setting: origin's parts = 3 (origin_parts; not verified)" in lines
    lines = call("show", "kunming-transfer")[1]
    assert "设定：分享比例（按流转类别） = 流出地 50%、流入地 50% (/shares/0/ratio_bp; 示例; 未核实)" in lines
    assert any("; 示例; 未核实)" in line for line in lines)


def test_the_number_of_a_golden_case_stands_on_the_statement() -> None:
    lines = call("show", "minnesota-473f", lang="en")[1]
    assert (
        "乙市 · distribution = pool × its part of all (distribution index) = 6,000,000.00 × 50%"
        in "\n".join(lines)
    )


def test_an_unknown_pack_and_an_unreadable_folder_are_refused(tmp_path: Path) -> None:
    assert call("show", "nothing") == (1, [], "没有规则包 nothing\n")
    code, _, wrong = call("--folder", tmp_path / "none")
    assert (code, "none" in wrong) == (1, True)
    assert call("--folder", tmp_path) == (0, ['{"packs": []}'], "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff", "a.json：不是 UTF-8 文本\n"),
        (b"{", "a.json：第 1 行不是有效的 JSON\n"),
        (b"[" * 100_000, "a.json：嵌套超过 200 层\n"),
        (b"[]", "a.json：pack：应为 JSON 对象\n"),
        ((FOLDER / "fpic.json").read_bytes(), "a.json：id：文件名应为 fpic.json\n"),
        (
            (FOLDER / "fpic.json").read_bytes().replace(b'"0.75"', b"0.75"),
            "a.json：formula.settings.potential_weight.default：0.75 是不精确的小数",
        ),
    ],
)
def test_a_file_that_is_no_pack_is_refused_by_name(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "README.txt").write_text("not a pack", "utf-8")
    code, lines, wrong = call("--folder", tmp_path)
    assert (code, lines) == (1, [])
    assert fault in wrong


def test_an_example_that_does_not_come_out_is_told(tmp_path: Path) -> None:
    example = json.loads((FOLDER / "ningde.json").read_text("utf-8"))["examples"][0]
    changed(tmp_path, "ningde", {"examples": [example | {"expect": {"base_fen": 1}}]})
    code, lines, wrong = call("--folder", tmp_path, "show", "ningde", lang="en")
    assert (code, json.loads(lines[-1])["as_expected"]) == (1, False)
    assert wrong == "base_fen: 1 was expected, 5000000000 was found\n"
    changed(tmp_path, "ningde", {"examples": [example | {"case": {}}]})
    code, lines, wrong = call("--folder", tmp_path, "show", "ningde")
    assert (code, "/through" in wrong) == (1, True)


def test_a_setting_without_default_is_to_be_filled_in(tmp_path: Path) -> None:
    document = json.loads((FOLDER / "tongchuan-return.json").read_text("utf-8"))
    del document["formula"]["settings"]["years"]["default"]
    changed(tmp_path, "tongchuan-return", {"formula": document["formula"]})
    code, lines, wrong = call("--folder", tmp_path, "show", "tongchuan-return", lang="en")
    assert "Setting: years of return = required (years)" in lines
    assert (code, "settings.years" in wrong) == (1, True)


def page_pack() -> tuple[str, dict[str, Any]]:
    """The file that the page writes in its step 3, and what it holds."""
    [text] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    document: dict[str, Any] = json.loads(text)
    assert document["id"] not in PACKS
    return text, document


def test_the_page_shows_how_to_add_a_pack(tmp_path: Path) -> None:
    text, document = page_pack()
    schema = json.loads((ROOT / "docs/rule-pack.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    (tmp_path / f"{document['id']}.json").write_text(text, "utf-8")
    [step] = re.findall(r"`yipanqi packs (--folder DIR show [a-z-]+)`\. A wrong field", PAGE)
    code, lines, wrong = call(*step.replace("DIR", str(tmp_path)).split())
    assert (code, wrong) == (0, "")
    assert lines[-2].endswith("100,000.00 × 50%（最大余数法） = 50,000.00")
    assert json.loads(lines[-1]) == {"id": document["id"], "examples": 1, "as_expected": True}


def test_on_the_way_the_page_promises_to_name_what_is_wrong(tmp_path: Path) -> None:
    text, document = page_pack()
    path = tmp_path / f"{document['id']}.json"
    path.write_text(text.replace('"in_menu"', '"in_menus"'), "utf-8")
    assert call("--folder", tmp_path, "show", document["id"])[::2] == (
        1,
        f"{path.name}：pack.in_menu：缺少此项\n",
    )
    path.write_text(text.replace('"base_fen": 10000000', '"base_fen": 9000000'), "utf-8")
    code, _, wrong = call("--folder", tmp_path, "show", document["id"])
    assert (code, wrong) == (1, "base_fen：应为 9000000，得到 10000000\n")


def test_a_pack_that_was_moved_in_is_listed_and_serves_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, document = page_pack()
    for own in FOLDER.glob("*.json"):
        shutil.copy(own, tmp_path)
    (tmp_path / f"{document['id']}.json").write_text(text, "utf-8")
    monkeypatch.setattr("services.sharing.pack_files.files", lambda _: tmp_path)
    code, lines, _ = call()
    assert (code, json.loads(lines[-1])["packs"]) == (0, sorted({*PACKS, document["id"]}))
    assert f"{document['id']}\t{document['zh']}\t{document['source']['zh']}\t起草菜单可选" in lines
    example = document["examples"][0]
    case = {"format": "yipanqi.share/1", "formula": document["id"], **example["case"]}
    (tmp_path / "case.txt").write_text(json.dumps(case | {"expect": example["expect"]}), "utf-8")
    done = _share(tmp_path / "case.txt")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout.splitlines()[-1])["by_party"] == example["expect"]["by_party"]


def _share(path: Path) -> Result:
    share_app = typer.Typer()
    share_app.command()(share)
    return CliRunner().invoke(share_app, [str(path)])


def test_the_page_lists_every_pack() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \| ([^|]+) \| (\w+) \| ([^|]+) \| (yes|no) \|$", PAGE, re.MULTILINE
    )
    assert {row[0] for row in rows} == set(PACKS)
    for name, words, kind, _, menu in rows:
        pack = PACKS[name]
        assert (words, kind, menu == "yes") == (pack.name.zh, pack.kind, pack.in_menu)


def test_a_case_may_name_a_pack_for_its_formula(tmp_path: Path) -> None:
    golden = json.loads((ROOT / "tests/golden/share/G03.json").read_text("utf-8"))
    for name, code in (("three-factor-rates", 0), ("ningde", 1)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(golden | {"formula": name}), "utf-8")
        done = _share(path)
        assert done.exit_code == code
        if code:
            assert "formula：没有计算公式类的规则包 ningde\n" in done.stderr
        else:
            assert json.loads(done.stdout.splitlines()[-1])["by_party"] == golden["expect"]["by_party"]
