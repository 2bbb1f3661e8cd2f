"""What a source says of itself: all that the rest of the program knows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.fetch import Source
from core.fetch.gate import Gate
from core.fetch.http import Http
from core.models.options import Options
from core.models.paper_id import Scheme
from core.models.values import TextSource
from core.sandbox.offload import Offload


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
