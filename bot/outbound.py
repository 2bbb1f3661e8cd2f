"""How the process reaches the outside, by the settings: proxies, endpoints, whom it trusts."""

from collections.abc import Mapping

from bot.settings import Settings
from core.fetch import sources
from core.fetch.outbound import Outbound, trust_store
from core.fetch.proxies import Proxies, parse_proxy
from core.llm import providers
from core.llm.policy import ProviderPolicy
from core.models.errors import ConfigError


def outbound_by(settings: Settings) -> Outbound:
    """Return what opens every client's sessions. Raise `ConfigError` for unreadable trust."""
    file, folder = settings.ssl_cert_file, settings.ssl_cert_dir
    try:
        trust = trust_store(file, folder)
    except OSError:
        name = "SSL_CERT_FILE" if file is not None else "SSL_CERT_DIR"
        raise ConfigError(f"{name}: should name certificates (PEM) that can be read") from None
    endpoints = [settings.endpoint_of(spec) for spec in sources.SOURCES]
    return Outbound(proxies_by(settings), endpoints=endpoints, trust=trust)


def proxies_by(settings: Settings) -> Proxies:
    """Return the way out; ALL_PROXY where there is no variable of the scheme's own."""
    https = settings.https_proxy or settings.all_proxy
    http = settings.http_proxy or settings.all_proxy
    return Proxies(
        https=parse_proxy(https.get_secret_value()) if https else None,
        http=parse_proxy(http.get_secret_value()) if http else None,
        exceptions=settings.no_proxy,
    )


def endpoints_of(settings: Settings) -> Mapping[str, str]:
    """Return the services' addresses, which may be private since somebody configured them."""
    return {
        "telegram": settings.telegram_api_url,
        **{p.policy.name: url_of(p.policy, settings) for p in providers.PROVIDERS},
        **{spec.name: settings.endpoint_of(spec) for spec in sources.SOURCES},
    }


def url_of(policy: ProviderPolicy, settings: Settings) -> str:
    url: str | None = getattr(settings, policy.url_setting.lower())
    return url or policy.url
