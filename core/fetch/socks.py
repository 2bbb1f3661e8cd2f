"""A connector through a SOCKS5 proxy, whose failures are aiohttp's own.

aiohttp-socks raises errors of no family; every client here knows aiohttp's.
"""

from typing import Any, Self

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from core.fetch.proxies import Proxy


class SocksConnector(ProxyConnector):
    """Lets the proxy resolve the names."""

    @classmethod
    def to(cls, proxy: Proxy, **options: Any) -> Self:
        """Return a connector; `options` are `TCPConnector`'s."""
        password = proxy.password.get_secret_value() if proxy.password else None
        return cls(
            proxy.host,
            proxy.port,
            username=proxy.username,
            password=password,
            rdns=True,
            **options,
        )

    async def _wrap_create_connection(self, *args: Any, **options: Any) -> Any:
        key = options["req"].connection_key
        try:
            return await super()._wrap_create_connection(*args, **options)
        except ProxyTimeoutError:
            raise TimeoutError from None
        except (ProxyConnectionError, ProxyError, OSError) as error:
            failure = OSError(None, type(error).__name__)
            raise aiohttp.ClientProxyConnectionError(key, failure) from None
