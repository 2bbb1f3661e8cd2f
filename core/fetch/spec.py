"""What a source says of itself: all that the rest of the program knows of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict

from core.fetch import Source
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.models.paper_id import Scheme
from core.models.values import TextSource
from core.sandbox.offload import Offload


def split(value: Any) -> Any:
    """Split "a, b" at commas, full-width ones too; repeated and empty parts are dropped."""
    if not isinstance(value, str):
        return value
    parts = (part.strip() for part in value.replace("，", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def is_reachable(url: str) -> bool:
    """Whether a URL has a host, and nothing that a request would leave out or split at."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and not re.search(r"[\s?#]", url)
    except ValueError:  # half an IPv6 address, a port that is no number
        return False


def _endpoint(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith(("http://", "https://")):
        raise ValueError("should be a URL that starts with http:// or https://")
    if not is_reachable(value):
        raise ValueError("should be a URL with a host, and without spaces, ? and #")
    return value.rstrip("/")


Names = Annotated[tuple[str, ...], BeforeValidator(split)]
Numbers = Annotated[tuple[int, ...], BeforeValidator(split)]
Endpoint = Annotated[str, BeforeValidator(_endpoint)]


class Options(BaseModel):
    """What can be set for a source; the fields' names in capitals are the variables' names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


@dataclass(frozen=True)
class Tools:
    http: Http
    gate: Gate
    """The one gate all of arXiv's questions go through."""
    now: Callable[[], datetime]
    offload: Offload
    """Where work on strangers' texts is done."""


@dataclass(frozen=True)
class TextPlace:
    """Where a source has full texts of the papers that go by its kind of ids."""

    source: TextSource
    path: str
    """Below the source's endpoint, with the paper's `{key}` and `{version}` ("v2", or nothing)."""
    is_gated: bool = False
    """Whether it is asked through arXiv's gate."""


def _no_selection(_options: Any) -> str:
    return ""


@dataclass(frozen=True)
class SourceSpec:
    """A source as the registry has it (`core.fetch.sources`)."""

    name: str
    """As in the settings, in the database and in the doctor's line."""
    label: str
    """What readers call it, as short as can be."""
    badge: str
    title: str
    """Its name in full, as sentences have it."""
    open: Callable[[Tools, Any], Source]
    """Open it, by its options. One that is a `Lookup` is asked about single papers as well,
    whatever the settings say."""
    options: type[Options]
    endpoint: str
    """The option that holds its address."""
    scheme: Scheme | None = None
    """The kind of ids that are its own; None: it brings papers under arXiv's."""
    known: str | None = None
    """A paper it has for certain, asked for where a calendar alone would answer the doctor."""
    selection: Callable[[Any], str] = _no_selection
    """What it was told to look through, by its options."""
    texts: tuple[TextPlace, ...] = ()
