"""Structured logs on standard error, without secrets, and without naming a person.

The bot token is part of Telegram's URLs and of some exception texts, so every line passes a
processor that blanks the values of secret settings and anything of a key's shape.

Persons are their ids, their names and what they write. Our own lines say `who()`. What others wrote
is not trusted: libraries are heard from WARNING on whatever LOG_LEVEL says (at DEBUG they print
updates, URLs and SQL), without the values they put into their sentences; and an exception that is
not ours is its type and the lines of code it went through, for its text may quote anything. A
number as long as ids are now is blanked wherever it still stands.
"""

import hashlib
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Collection
from copy import copy
from pathlib import PurePath
from types import TracebackType
from typing import Literal, TextIO

import structlog
from pydantic import SecretStr

from bot.settings import Settings
from core.fetch.proxies import parse_proxy
from core.models.errors import PaperboyError

logger = logging.getLogger(__name__)

BLANK = "[secret]"
KEY_SHAPES = re.compile(
    r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram bot token, "/bot" before it or not
    r"|\bAIza[A-Za-z0-9_-]{30,}|\bAQ\.[A-Za-z0-9_-]{20,}"  # Google API keys, old and new
    r"|\bsk-[A-Za-z0-9_-]{16,}"  # OpenAI's, and of those who do as it does
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=-]{12,}"
)
OURS = ("bot", "core")
"""Loggers whose lines we wrote."""
_VALUE = re.compile(r"%(?:\(\w+\))?[-#0 +]*+(?:\d++|\*)?(?:\.\d+)?[a-zA-Z]")
_QUOTED = re.compile(r"\bexception=(\w+)\(.*\)", re.DOTALL)
"""How asyncio shows what ended a task."""
_ID = re.compile(r"(?<![\w.@-])[1-9]\d{7,12}(?!\.?\w)")
_SAFE = (PaperboyError, AttributeError, ImportError, NameError, ZeroDivisionError, TimeoutError)
"""Exceptions whose texts we wrote, or the interpreter from code alone."""


def secrets_of(settings: Settings) -> frozenset[str]:
    values = [getattr(settings, name) for name in type(settings).model_fields]
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


def who(chat_id: object) -> str:
    """Return how a chat is named in the log: a person only by a mark that many share."""
    named = str(chat_id)
    if named.startswith(("-", "@")):
        return f"chat {named}"
    return f"reader {_mark(named)}"


def _mark(named: str) -> str:
    return f"~{hashlib.sha256(named.encode()).hexdigest()[:4]}"


def without_values(record: logging.LogRecord) -> logging.LogRecord:
    """Return a library's record as its sentence alone, and ours as it is."""
    if record.name.partition(".")[0] in OURS:
        return record
    bare = copy(record)
    template = str(record.msg)
    bare.msg = _QUOTED.sub(
        r"exception=\1(…)", _VALUE.sub("…", template) if record.args else template
    )
    bare.args = ()
    return bare


def traceback_of(exc_info: structlog.typing.ExcInfo) -> str:
    """Return an exception as its lines of code and types; the texts of our own kinds stay."""
    shown = traceback.TracebackException(*exc_info)
    _blank(shown, exc_info[1], set())
    return "".join(shown.format()).rstrip("\n")


def _blank(
    shown: traceback.TracebackException, error: BaseException | None, seen: set[int]
) -> None:
    """Blank the texts of an exception and of those behind it."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    if not isinstance(error, _SAFE):
        shown._str = ""  # type: ignore[attr-defined]  # what `str(error)` was; there is no public way to leave it out
        shown.__notes__ = None
    for inner, its_error in (
        (shown.__cause__, error.__cause__),
        (shown.__context__, error.__context__),
    ):
        if inner is not None:
            _blank(inner, its_error, seen)
    if shown.exceptions and isinstance(error, BaseExceptionGroup):
        for inner, its_error in zip(shown.exceptions, error.exceptions, strict=False):
            _blank(inner, its_error, seen)


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
                structlog.processors.ExceptionRenderer(traceback_of),
                renderer,
            ],
            foreign_pre_chain=shared,
        )
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        line = redact(super().format(without_values(record)), self._secrets)
        return _ID.sub(lambda found: _mark(found[0]), line)


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what ended the process: Python itself would print it with whatever its text quotes."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logger.critical("this is a bug, and ended the program", exc_info=(kind, error, trace))


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Log that a library warned, and where: what it says may quote a service's answer."""
    del message, file, line
    place = "/".join(PurePath(filename).parts[-3:])
    logger.warning("a library warned: %s at %s:%d", category.__name__, place, lineno)


def configure_logs(
    *, level: str, form: Literal["console", "json"], secrets: Collection[str]
) -> None:
    """Send everything of ours of `level` and above to standard error, one line each."""
    renderer: structlog.types.Processor
    if form == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets, renderer))
    least = max(logging.WARNING, logging.getLevelNamesMapping()[level])
    logging.basicConfig(level=least, handlers=[handler], force=True)
    sys.excepthook = _crashed
    warnings.showwarning = _warned
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    # A delivery may take minutes; that the scheduler passes it over meanwhile is as meant.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
