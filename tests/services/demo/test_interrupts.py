"""Ctrl-C that got lost is made up for at the edge of a step."""

import asyncio
import io
import sys
from contextlib import suppress

import pytest

from services.demo.interrupts import lost_interrupts_kept, stop_if_asked
from services.demo.progress import Progress


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


class Dies:
    """Raises where Python ignores exceptions, as a hook around a fork may."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __del__(self) -> None:
        raise self._error


def test_an_interruption_ignored_by_python_stops_the_story_at_the_next_edge() -> None:
    progress, reached = Progress("zh", io.StringIO()), []

    def story() -> None:
        with progress.step("第一步"):
            Dies(KeyboardInterrupt())
            reached.append("the end of the step")

    with lost_interrupts_kept(), pytest.raises(KeyboardInterrupt):
        story()
    assert reached == ["the end of the step"]
    stop_if_asked()  # what was lost in one run is no matter of the next


def test_it_reaches_the_loop_too_and_other_errors_go_where_they_went(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda ignored: told.append(str(ignored.exc_value)))

    async def story() -> None:
        stop_if_asked()

    with lost_interrupts_kept():
        Dies(ValueError("x"))
        asyncio.run(story())
        Dies(KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(story())
    Dies(ValueError("y"))
    assert told == ["x", "y"]
