"""Progress lines."""

import io
import re

import pytest

from services.demo.progress import Progress


def test_a_step_is_one_line_with_what_came_of_it() -> None:
    out = io.StringIO()
    progress = Progress("zh", out)
    with progress.step("建立数据库结构"):
        pass
    with progress.step("测算 {year} 年各月", year=2026) as step:
        assert out.getvalue().endswith("[ 2] 测算 2026 年各月 … "), (
            "the name stands there while the work runs"
        )
        step.note("{count} 份测算单", count=84)
        step.note("{count} 份", count=7)
    first, second = out.getvalue().splitlines()
    assert re.fullmatch(r"\[ 1\] 建立数据库结构 … 做完 \(\d+\.\d s\)", first)
    assert re.fullmatch(r"\[ 2\] 测算 2026 年各月 … 84 份测算单；7 份 \(\d+\.\d s\)", second)
    assert progress.seconds >= 0


def test_english_is_complete() -> None:
    out = io.StringIO()
    progress = Progress("en", out)
    with progress.step("测算 {year} 年各月", year=2026) as step:
        step.note("{count} 份测算单", count=84)
        step.note("{count} 份", count=7)
    progress.say("已停止，数据保存在 {folder}", folder="var/demo")
    assert out.getvalue().startswith("[ 1] Computing the months of 2026 … 84 month statements; 7 (")
    assert out.getvalue().endswith("Stopped; the data is kept in var/demo\n")


def test_a_failing_step_leaves_its_name() -> None:
    out = io.StringIO()
    with pytest.raises(ValueError, match="x"), Progress("zh", out).step("建立数据库结构"):
        raise ValueError("x")
    assert out.getvalue() == "[ 1] 建立数据库结构 … \n"
