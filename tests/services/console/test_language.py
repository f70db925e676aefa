"""The choice of language."""

import pytest

from services.console.pages.language import is_local


@pytest.mark.parametrize("address", ["/", "/pool?q=a%20b", "/projects/1#a"])
def test_pages_of_this_server_are_local(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pool",
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/a\nb",
        "///evil.example",
    ],
)
def test_other_addresses_are_not(address: str) -> None:
    assert not is_local(address)
