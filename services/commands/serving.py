"""Processes that run until they are told to stop: the server and the worker."""

import errno
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from services.kit.i18n import lazy
from services.kit.refused import Refused

if TYPE_CHECKING:
    from fastapi import FastAPI

    from services.settings import Settings


class PortTaken(Refused):
    """Somebody else listens there."""

    message = lazy("端口 {port} 已被占用，请用 --port 换一个")


def listen(host: str, port: int) -> socket.socket:
    """Take the address before any work is done for it; port 0 takes a free one.

    Raises:
        PortTaken: another process listens there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=port) from error
        raise
    listening.set_inheritable(True)
    return listening


def serve_on(settings: "Settings", listening: socket.socket) -> None:
    """Serve API and console on a socket until a signal asks to stop; requests at hand are finished."""
    import uvicorn

    from services.app import create_app

    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,  # the application writes its own
        server_header=False,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 << 10,
    )
    # uvicorn raises the signal again once it has stopped; our callers still have things to put away then.
    before = {sign: signal.signal(sign, lambda *_: None) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def application() -> "FastAPI":
    """Make the application from the environment, for a server that loads it by name."""
    from services.app import create_app
    from services.commands.surroundings import environment_settings

    return create_app(environment_settings())


def serve_reloading(settings: "Settings") -> None:
    """Serve for a developer: a new process after each change. The settings stand in the environment."""
    import uvicorn

    source = Path(__file__).resolve().parents[1]
    uvicorn.run(
        "services.commands.serving:application",
        factory=True,
        reload=True,
        reload_dirs=[str(source), str(source.parent / "allocation"), str(source.parent / "auth")],
        host=settings.host,
        port=settings.port,
        log_config=None,
    )


def serve_forever(settings: "Settings") -> None:
    """Serve on the address of the settings."""
    from services.kit import logging

    logging.configure(settings.log_level)
    listening = listen(settings.host, settings.port)
    try:
        serve_on(settings, listening)
    finally:
        listening.close()


def work_forever(settings: "Settings") -> None:
    """Take jobs until a signal asks to stop."""
    from services import worker
    from services.commands.surroundings import run
    from services.kit import logging

    logging.configure(settings.log_level)
    run(worker.run_worker(settings))


def openapi_document() -> str:
    """Return the API's description; no database is asked."""
    import json

    from services.app import create_app
    from services.settings import Settings

    settings = Settings(database_url="postgresql://nobody@127.0.0.1/none", secret="x" * 32)
    return json.dumps(create_app(settings).openapi(), ensure_ascii=False, indent=2, sort_keys=True)
