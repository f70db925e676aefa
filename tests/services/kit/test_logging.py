"""What is written into the log, and when it is not."""

import logging

import pytest
import structlog

from services.kit.logging import configure


def test_a_logger_that_was_used_before_falls_silent_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    kept = structlog.get_config()
    log = structlog.get_logger("tests")
    try:
        configure("INFO")
        log.warning("heard")
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        log.warning("not heard")
    finally:
        structlog.configure(**kept)
    said = capsys.readouterr().err
    assert '"event": "heard"' in said
    assert "not heard" not in said
