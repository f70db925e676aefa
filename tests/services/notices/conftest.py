"""A settled year, for notices about papers: the databases of the settlement's tests serve here too."""

from tests.services.settlement.conftest import (
    closed_template,
    issued_template,
    loaded_template,
    posted,
    posted_template,
    posted_url,
)

__all__ = [
    "closed_template",
    "issued_template",
    "loaded_template",
    "posted",
    "posted_template",
    "posted_url",
]
