"""Every kind of bad input to `yipanqi share` is refused with the clause and the field named."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from services.commands.surroundings import LANGUAGE_VARIABLE
from services.sharing.share_command import share
from tests.allocation.sharing.contract.documents import changed
from tests.allocation.sharing.contract.making import A, B

T = "/terms/0"
LIMIT = 2**53
ARTICLE = "公平竞争审查条例（国务院令第783号）第十条"
app = typer.Typer()
app.command()(share)


@pytest.mark.parametrize(
    ("changes", "clause", "field", "reason"),
    [
        ({f"{T}/shares/0/ratio_bp/{A}": 4999}, "比例", f"{T}/shares/0/ratio_bp", "合计不是 10000：9999"),
        ({f"{T}/shares/1/first_year": 1}, "比例", f"{T}/shares/1", "年度重叠：1"),
        ({f"{T}/years": 4}, "比例", f"{T}/shares", "年度缺失：4"),
        (
            {f"{T}/shares/1/first_year": 3, f"{T}/shares/1/last_year": 2},
            "比例",
            f"{T}/shares/1/last_year",
            "终止早于开始",
        ),
        ({"/events/1": {"kind": "end", "on": "2019-12-31"}}, "事件", "/events/1/on", "终止早于开始"),
        ({"/receipts/0/tax": "cit"}, "分成表", "/receipts/0/tax", "没有该国库该税种"),
        ({"/receipts/0/tax": "salt"}, "入库", "/receipts/0/tax", "不在规定用语之内"),
        ({"/receipts/1/paid_on": "2019-12-31"}, "生效日", "/receipts/1/paid_on", "在协议生效之前"),
        (
            {"/receipts/1/paid_on": "2023-01-01", "/through": "2023-12"},
            "年限",
            "/receipts/1/paid_on",
            "在分享年限之外",
        ),
        ({"/events/1": {"kind": "end", "on": "2020-02-15"}}, "事件", "/receipts/1/paid_on", "在协议终止之后"),
        ({f"{T}/shares/2/weights": {A: 0, B: 0}}, "比例", f"{T}/shares/2/weights", "权重全为零"),
        (
            {f"{T}/caps/0/span": "term", "/posted": {A: 100_001}},
            "上限",
            f"{T}/caps/0/fen",
            "低于已入账金额：100000",
        ),
        ({"/receipts/0/amount_fen": LIMIT}, "入库", "/receipts/0/amount_fen", "超出范围"),
        ({f"{T}/caps/0/fen": LIMIT}, "上限", f"{T}/caps/0/fen", "超出范围"),
        (
            {"/receipts/1/retained_fen": LIMIT - 2000},
            "入库",
            "/receipts/1/retained_fen",
            "合计达到或超过",
        ),
        ({"/receipts/0/amount_fen": float("nan")}, "入库", "/receipts/0/amount_fen", "不得为小数或非数：NaN"),
        ({f"{T}/shares/0/ratio_bp/{A}": 5000.5}, "比例", f"{T}/shares/0/ratio_bp/{A}", "不得为小数或非数"),
        ({f"{T}/years": 3.0}, "年限", f"{T}/years", "不得为小数或非数：3.0"),
        ({f"{T}/parties/0/kind": "firm"}, "比例", f"{T}/shares/0/ratio_bp/{A}", ARTICLE),
        ({f"{T}/other/0": "乙县将留成返还企业"}, "其他约定", f"{T}/other/0", ARTICLE),
    ],
)
def test_bad_input_is_refused_with_clause_and_field(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    clause: str,
    field: str,
    reason: str,
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "zh")
    path = tmp_path / "case.json"
    path.write_text(json.dumps(changed(changes)), "utf-8")
    done = CliRunner().invoke(app, [str(path)])
    assert (done.exit_code, done.stdout) == (1, "")
    named = f"{path}: {field}【{clause}】："
    assert any(line.startswith(named) and reason in line for line in done.stderr.splitlines())
