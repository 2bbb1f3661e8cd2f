"""Which hosts an address out of foreign data may lead to. Pure.

A link in a page or a redirect may point at the router, at a database beside us, at a cloud's
metadata service; only what is public is asked for. Names prove little: whoever owns one decides
what it resolves to, so resolved addresses are looked at again at the moment of connecting
(`core.fetch.outbound`).
"""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

FAKE_ADDRESSES: Final = ip_network("198.18.0.0/15")
"""What Clash and its kin resolve every name to while they capture all traffic ("fake-ip"): for
testing networks by RFC 2544, nobody's service, so a *name* that resolves so is like one behind a
proxy. As a literal it is refused like any other private address."""
_GLOBAL_UNICAST: Final = ip_network("2000::/3")
_NAT64: Final = ip_network("64:ff9b::/96")
# Labels, then one that begins with a letter: "127.1", "0x7f.1" and "2130706433" are addresses to
# some resolvers, and a name without a dot is one of the own network.
_NAME: Final = re.compile(r"(?>(?:[a-z0-9_][a-z0-9_-]*+\.)+)[a-z][a-z0-9-]*", re.IGNORECASE)
_INTERNAL: Final = ("localhost", "local", "localdomain", "internal", "intranet", "lan", "home.arpa")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's; what is no address is not."""
    ip = _parsed(address)
    if ip is None:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = _embedded(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip in _GLOBAL_UNICAST and ip.is_global


def may_be_public(host: str) -> bool:
    """Whether a URL's host is a public address or a name that could be a public one's."""
    if _parsed(host) is not None:
        return is_public(host)
    name = host.removesuffix(".").lower()
    if len(name) > 253 or not _NAME.fullmatch(name):
        return False
    return not f".{name}".endswith(tuple(f".{suffix}" for suffix in _INTERNAL))


def resolves_publicly(address: str) -> bool:
    ip = _parsed(address)
    return is_public(address) or (ip is not None and ip in FAKE_ADDRESSES)


def is_loopback(host: str) -> bool:
    ip = _parsed(host)
    if ip is None:
        return f".{host.removesuffix('.').lower()}".endswith(".localhost")
    inner = _embedded(ip) if isinstance(ip, IPv6Address) else None
    found = inner or ip
    return found.is_loopback or found.is_unspecified


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
