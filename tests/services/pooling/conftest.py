"""People at the console, as the pool's own pages have them."""

from tests.services.projects.conftest import enter

__all__ = ["enter"]
