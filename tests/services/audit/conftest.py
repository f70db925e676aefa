"""The ledger's example with its year issued, as the ledger's own tests have it."""

from tests.services.ledger.conftest import (  # noqa: F401 - fixtures are found by their names here
    issued,
    issued_site,
    issued_template,
    issued_url,
    loaded_template,
    on_issued,
)
