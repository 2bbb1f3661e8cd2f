"""Structured logs on standard error, without secrets.

The bot token is part of Telegram's URLs and of some exception texts, so every line passes a
processor that blanks the values of secret settings and anything of a key's shape; `httpx` and
`aiohttp`, which log URLs, are kept at WARNING.
"""

import hashlib
import logging
import re
import sys
from collections.abc import Collection
from typing import Literal

import structlog
from pydantic import SecretStr

from bot.settings import Settings
from core.fetch.proxies import parse_proxy

BLANK = "[secret]"
KEY_SHAPES = re.compile(
    r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token, "/bot" before it or not
    r"|\bAIza[A-Za-z0-9_-]{30,}|\bAQ\.[A-Za-z0-9_-]{20,}"  # Google API keys, old and new
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{12,}"
)
LOUD = (
    "aiosqlite",
    "httpx",
    "httpcore",
    "aiohttp",
    "google_genai",
    "telegram",
    "alembic",
)


def secrets_of(settings: Settings) -> frozenset[str]:
    """Return the values of all secret settings."""
    values = [getattr(settings, name) for name in Settings.model_fields]
    texts = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    for proxy in filter(None, (settings.https_proxy, settings.http_proxy, settings.all_proxy)):
        # Not only the whole address: libraries quote what they were given in pieces.
        url = parse_proxy(proxy.get_secret_value()).url
        texts += [text for text in (url.password, url.raw_password) if text]
    return frozenset(text for text in texts if len(text) >= 4)


def redact(text: str, secrets: Collection[str]) -> str:
    """Return `text` without the secrets and without anything of a key's shape."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, BLANK)
    return KEY_SHAPES.sub(BLANK, text)


def who(chat_id: int) -> str:
    """Return how a chat is named in the log: a person only by a mark that many share."""
    if chat_id < 0:
        return f"chat {chat_id}"
    return f"reader ~{hashlib.sha256(str(chat_id).encode()).hexdigest()[:4]}"


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Blanks secrets in the finished line, so that no field and no traceback can carry one."""

    def __init__(self, secrets: Collection[str], renderer: structlog.types.Processor) -> None:
        shared: list[structlog.types.Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ]
        super().__init__(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
            foreign_pre_chain=shared,
        )
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, redacted."""
        return redact(super().format(record), self._secrets)


def configure_logs(
    *, level: str, form: Literal["console", "json"], secrets: Collection[str]
) -> None:
    """Send everything of `level` and above to standard error, one line each."""
    renderer: structlog.types.Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets, renderer))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
