"""`yipanqi demo`."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer


def demo(
    data: Annotated[Path, typer.Option(help="数据文件夹 · data folder")] = Path("var/demo"),
    source: Annotated[
        Path | None, typer.Option("--input", help="另一座城市的十五张表 · another city's fifteen files")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="做完即停，末行输出 JSON · stop after the story, last line JSON")
    ] = False,
    host: Annotated[str, typer.Option(help="监听地址 · address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口（0 为任意）· port, 0 for any")] = 8000,
    reload: Annotated[bool, typer.Option("--reload", hidden=True)] = False,
) -> None:
    """一条命令跑通一座城市并打开页面 · run a city's pool end to end, then serve it."""
    began = time.monotonic()
    from services.commands.surroundings import language
    from services.demo.play import Wishes, play
    from services.demo.progress import Progress

    wishes = Wishes(
        data=data,
        input=source,
        once=once,
        host=host,
        port=port,
        database_url=os.environ.get("DATABASE_URL") or os.environ.get("YIPANQI_DATABASE_URL"),
        reload=reload,
    )
    play(wishes, Progress(language(), began=began))
