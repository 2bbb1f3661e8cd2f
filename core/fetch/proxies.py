"""Which proxy leads to a URL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY as curl reads them.

Pure; where the values come from is the caller's. Names are always resolved by the proxy, also
for `socks5://`: where a proxy is the only way out there is no DNS either. This machine itself is
never reached through a proxy, whatever the variables say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from pydantic import SecretStr
from yarl import URL

from core.fetch.hosts import is_loopback

SHAPE = "should be an address such as http://127.0.0.1:7890 or socks5://127.0.0.1:7891"
_PORTS = {"http": 80, "https": 443, "socks5": 1080}
_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
_ALIASES = {"socks": "socks5", "socks5h": "socks5"}


@dataclass(frozen=True)
class Proxy:
    """A proxy. As text it is what may be shown: never with its account."""

    scheme: str
    """http, https or socks5."""
    host: str
    port: int
    username: str | None = None
    password: SecretStr | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> URL:
        """The proxy with its account, for the client alone."""
        url = URL.build(scheme=self.scheme, host=self.host, port=self.port)
        if self.username is None:
            return url
        password = self.password.get_secret_value() if self.password else None
        return url.with_user(self.username).with_password(password)


def parse_proxy(text: str) -> Proxy:
    """Read a proxy's address; without a scheme it is http. Raise `ValueError`, never with it."""
    text = text.strip()
    try:
        url = URL(text if "://" in text else f"http://{text}")
        scheme = _ALIASES.get(url.scheme, url.scheme)
        usual = _PORTS[scheme]
        port = usual if url.explicit_port is None else url.explicit_port
        password = SecretStr(url.password) if url.password is not None else None
        proxy = Proxy(scheme, url.raw_host or "", port, url.user, password)
        is_sensible = bool(proxy.url.raw_host) and 0 < port < 65536
    except (ValueError, KeyError):
        is_sensible = False
    if not is_sensible or not _HOST.fullmatch(proxy.host):
        raise ValueError(SHAPE)
    return proxy


@dataclass(frozen=True)
class Proxies:
    https: Proxy | None = None
    http: Proxy | None = None
    exceptions: Sequence[str] = ()
    """NO_PROXY's entries: names (and all below them), addresses, networks, each with a port or
    without; "*" is everything."""

    def to(self, url: URL) -> Proxy | None:
        host = (url.host or "").removesuffix(".").lower()
        proxy = self.https if url.scheme == "https" else self.http
        if proxy is None or is_loopback(host):
            return None
        excepted = any(_covers(entry, host, url.port) for entry in self.exceptions)
        return None if excepted else proxy


def _covers(entry: str, host: str, port: int | None) -> bool:
    entry = entry.strip().lower()
    if entry == "*":
        return True
    if "/" in entry:
        return _is_in(host, entry)
    name, stated = _port_apart(entry)
    if stated is not None and stated != port:
        return False
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _port_apart(entry: str) -> tuple[str, int | None]:
    """Return a name and the port beside it; an IPv6 address has one only behind brackets."""
    match = re.fullmatch(r"(\[[^\]]*\]|[^:]*):(\d{1,5})", entry)
    name, port = (match[1], int(match[2])) if match else (entry, None)
    return name.strip("[]"), port


def _is_in(host: str, network: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:  # the host is a name, or the entry no network
        return False
