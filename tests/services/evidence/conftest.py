"""The example's year, issued: the databases and sites of the ledger's tests serve here too."""

from tests.services.ledger.conftest import (
    issued,
    issued_site,
    issued_template,
    issued_url,
    loaded,
    loaded_site,
    loaded_template,
    loaded_url,
    on_issued,
    on_loaded,
)
from tests.services.settlement.conftest import closed_template, posted, posted_template, posted_url

__all__ = [
    "closed_template",
    "issued",
    "issued_site",
    "issued_template",
    "issued_url",
    "loaded",
    "loaded_site",
    "loaded_template",
    "loaded_url",
    "on_issued",
    "on_loaded",
    "posted",
    "posted_template",
    "posted_url",
]
