"""How long the demo takes: its story from nothing, and a second start until the first answer.

    python -m benchmarks.demo

Works in a folder of its own that is removed at the end; the last line is one JSON object.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from services.kit.embedded_postgres.placement import POINTER, remove

COMMAND = (sys.executable, "-m", "services.cli", "demo")


def main() -> None:
    """Run the story once, start again, and print the seconds of both."""
    folder = Path(tempfile.mkdtemp(prefix="yipanqi-bench-"))
    try:
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own program
            [*COMMAND, "--data", folder, "--once"], stdout=subprocess.PIPE, text=True, check=True
        )
        story = time.monotonic() - began
        *steps, figures = done.stdout.splitlines()
        for line in steps:
            print(line)
        again = second_start(folder)
    finally:
        pointer = folder / POINTER
        if pointer.exists():
            remove(Path(pointer.read_text(encoding="utf-8").strip()))
        shutil.rmtree(folder, ignore_errors=True)
    print(
        json.dumps(
            {
                "story_seconds": round(story, 1),
                "inside_seconds": json.loads(figures)["seconds"],
                "second_start_seconds": round(again, 1),
            }
        )
    )


def second_start(folder: Path) -> float:
    """Return the seconds from the command to the first answer of the server."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*COMMAND, "--data", folder, "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no output")
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found is not None:
                with urlopen(f"{found.group()}/health", timeout=60) as answer:  # noqa: S310 - loopback
                    answer.read()
                return time.monotonic() - began
        raise RuntimeError("the demo ended before it served")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
