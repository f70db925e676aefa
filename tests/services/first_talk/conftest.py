"""People at the console."""

from tests.services.projects.conftest import enter, small_city

__all__ = ["enter", "small_city"]
