"""The example's money side, with funds paid in; fixtures of the ledger's tests, on databases of their own."""

from tests.services.ledger.conftest import (  # noqa: F401 -- pytest finds fixtures by name
    issued,
    issued_template,
    issued_url,
    loaded,
    loaded_site,
    loaded_template,
    loaded_url,
    on_loaded,
)
