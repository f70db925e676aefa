"""Where a channel may lead: to a public address by https, or to a network that the operator allows.

A server that posts to whatever address it is given can be made to knock at doors inside the house. So the
address is looked up, every one of its numbers must be allowed, and the connection goes to the number that was
looked at, not to the name once more. The same is asked when a channel is entered and at every delivery.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from services.kit.i18n import lazy

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""From a host's name and port to its numbers."""

_TRANSLATED: Final = (
    ip_network("64:ff9b::/96"),
    ip_network("64:ff9b:1::/48"),
    ip_network("2002::/16"),
    ip_network("2001::/32"),
)
"""IPv6 that stands for IPv4 somewhere else: NAT64, 6to4, Teredo. Where it leads cannot be seen from here."""
_LOOKUP_SECONDS: Final = 5.0
MOST: Final = 500
"""Characters of an address."""

BAD_FORM: Final = lazy("地址须以 https:// 开头，只含主机、端口和路径，不含用户名和密码")
NOT_FOUND: Final = lazy("找不到这个主机")
PRIVATE: Final = lazy(
    "不能发往内部、本机、链路本地或组播地址；本单位内网的接收端须由运维人员在允许的网段中登记"
)
NOT_ENCRYPTED: Final = lazy("发往外网须用 https；只有运维人员允许的网段可以用 http")


class RefusedAddress(ValueError):
    """An address that nothing is sent to; the argument says why, a message id."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: the number that was looked at, and what the address named."""

    address: Address
    host: str
    port: int
    tls: bool
    path: str
    """Path and query."""


def networks_of(text: str) -> Networks:
    """Read networks that are separated by commas, such as `10.1.0.0/16, fd00:1::/32`.

    Raises:
        ValueError: what stands there is no network.
    """
    return [ip_network(part.strip()) for part in text.split(",") if part.strip()]


def is_allowed(address: Address, networks: Networks) -> bool:
    """Tell whether a number may be connected to: public, or in a network that the operator allows."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_allowed(address.ipv4_mapped, networks)
    if any(address in network for network in networks):
        return True
    if any(address in network for network in _TRANSLATED) or address.is_multicast or address.is_reserved:
        return False
    return address.is_global


async def lookup(host: str, port: int) -> Sequence[str]:
    """Ask the system for a host's numbers."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def target_of(url: str, networks: Networks, resolver: Resolver = lookup) -> Target:
    """Look up where an address leads.

    Raises:
        RefusedAddress: it leads where nothing may be sent, or nowhere.
    """
    scheme, host, port, path = _parts(url)
    numbers = await _numbers(host, port, resolver)
    if not all(is_allowed(number, networks) for number in numbers):
        raise RefusedAddress(PRIVATE)
    first = numbers[0]
    plain = first.ipv4_mapped if isinstance(first, IPv6Address) and first.ipv4_mapped else first
    inside = any(plain in network for network in networks)
    if scheme != "https" and not inside:
        raise RefusedAddress(NOT_ENCRYPTED)
    return Target(plain, host, port, scheme == "https", path)


def _parts(url: str) -> tuple[str, str, int, str]:
    printable = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not printable or len(url) > MOST:
        raise RefusedAddress(BAD_FORM)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress(BAD_FORM) from error
    named = parts.hostname and parts.username is None and parts.password is None and not parts.fragment
    if parts.scheme not in {"http", "https"} or not named or port == 0:
        raise RefusedAddress(BAD_FORM)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, str(parts.hostname), port or (443 if parts.scheme == "https" else 80), path


async def _numbers(host: str, port: int, resolver: Resolver) -> list[Address]:
    try:
        async with asyncio.timeout(_LOOKUP_SECONDS):
            found = await resolver(host, port)
        numbers = [ip_address(text.partition("%")[0]) for text in found]
    except (OSError, UnicodeError, ValueError) as error:
        raise RefusedAddress(NOT_FOUND) from error
    if not numbers:
        raise RefusedAddress(NOT_FOUND)
    return numbers
