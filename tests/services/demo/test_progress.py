"""Progress lines."""

import asyncio
import io
import re
from contextlib import suppress

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


@pytest.mark.parametrize("during", [True, False])
async def test_a_stop_that_a_library_lost_is_made_up_for_at_the_edge_of_a_step(during: bool) -> None:
    out, reached = io.StringIO(), []
    progress = Progress("zh", out)

    async def loses_it() -> None:
        with suppress(asyncio.CancelledError):  # as `asyncio.wait_for` may
            await asyncio.sleep(60)

    async def story() -> None:
        if not during:
            await loses_it()
        with progress.step("第一步"):
            await loses_it()
            reached.append("the end of the step")
        reached.append("another step")

    task = asyncio.create_task(story())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reached == (["the end of the step"] if during else [])
