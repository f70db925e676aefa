"""Where channels may lead: nowhere inside, unless the operator says so."""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from services.notices.addresses import (
    BAD_FORM,
    NOT_ENCRYPTED,
    NOT_FOUND,
    PRIVATE,
    RefusedAddress,
    is_allowed,
    lookup,
    networks_of,
    target_of,
)

INSIDE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.7", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1"),
    *("fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "::ffff:169.254.169.254"),
)


async def answer(*numbers: str) -> Sequence[str]:
    return numbers


@pytest.mark.parametrize("number", INSIDE)
def test_numbers_inside_are_refused(number: str):
    assert not is_allowed(ip_address(number), ())


@pytest.mark.parametrize("number", ["8.8.8.8", "203.119.1.1", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_numbers_are_not(number: str):
    assert is_allowed(ip_address(number), ())


def test_the_operator_admits_a_network_and_nothing_beside_it():
    networks = networks_of("10.1.0.0/16, fd00:1::/32")
    for number, allowed in (
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.0.1", False),
        ("fd00:1::5", True),
        ("fd00:2::5", False),
        ("127.0.0.1", False),
    ):
        assert is_allowed(ip_address(number), networks) is allowed, number
    assert list(networks_of("")) == []
    with pytest.raises(ValueError, match="not"):
        networks_of("not a network")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ftp://example.com/",
            "example.com",
            "https://",
            "https://u:p@example.com/",
            "https://example.com/#x",
        ),
        *("https://example.com:0/", "https://example.com:x/", "https://exa mple.com/", "https://例子.cn/"),
        *("https://example.com/\r\nHost: x", "https://example.com\\@127.0.0.1/", "https://[::1/", ""),
        f"https://example.com/{'a' * 500}",
    ],
)
async def test_addresses_of_another_form_are_refused(url: str):
    with pytest.raises(RefusedAddress) as refused:
        await target_of(url, (), lambda _host, _port: answer("8.8.8.8"))
    assert refused.value.args == (BAD_FORM,)


async def test_every_number_of_a_name_must_be_allowed_and_the_first_is_used():
    found = await target_of(
        "https://example.com:8443/in?a=b", (), lambda _host, _port: answer("8.8.8.8", "8.8.4.4")
    )
    assert (str(found.address), found.host, found.port, found.tls, found.path) == (
        "8.8.8.8",
        "example.com",
        8443,
        True,
        "/in?a=b",
    )
    with pytest.raises(RefusedAddress) as refused:
        await target_of("https://example.com/", (), lambda _host, _port: answer("8.8.8.8", "127.0.0.1"))
    assert refused.value.args == (PRIVATE,)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://2130706433/", "https://0x7f.1/"],
)
async def test_the_system_knows_loopback_in_every_writing(url: str):
    with pytest.raises(RefusedAddress) as refused:
        await target_of(url, (), lookup)
    assert refused.value.args[0] in {PRIVATE, NOT_FOUND}


async def test_plain_http_is_for_networks_that_the_operator_allows():
    with pytest.raises(RefusedAddress) as refused:
        await target_of("http://example.com/", (), lambda _host, _port: answer("8.8.8.8"))
    assert refused.value.args == (NOT_ENCRYPTED,)
    inside = networks_of("127.0.0.0/8")
    found = await target_of("http://x.local/", inside, lambda _host, _port: answer("::ffff:127.0.0.1"))
    assert (str(found.address), found.port, found.path) == ("127.0.0.1", 80, "/")


async def test_a_name_that_is_not_found_is_said_to_be_so():
    async def fails(_host: str, _port: int) -> Sequence[str]:
        raise OSError

    for resolver in (fails, lambda _host, _port: answer(), lambda _host, _port: answer("nonsense")):
        with pytest.raises(RefusedAddress) as refused:
            await target_of("https://example.com/", (), resolver)
        assert refused.value.args == (NOT_FOUND,)
