"""Where papers come from: a file a source, one protocol, and one way to the outside.

answer_parsing     a source's answer parsed in the sandbox: an odd one ends a worker at most
arxiv              arXiv as a source: the day's announcement of some categories
arxiv_calendar     arXiv's week: which days have a list, which submissions are in it
arxiv_feed         arXiv's feeds and API pages as `Paper`s: pure
deadline           waiting for work no longer than there is time
fields             single fields of services' answers, made what `Paper` holds: pure
gate               one question at a time, spaced, for a service that wants to be asked slowly
gather             all sources asked at once; one that is down costs the others nothing
hosts              which hosts an address in outside data may lead to: pure
http               the one HTTP client: timeouts, size limits, retries, named errors
huggingface        Hugging Face Daily Papers as a source
huggingface_items  Hugging Face's answers as `Paper`s: pure
merge              one paper from several sources; days that repeat earlier ones
openreview         OpenReview (API v2) as a source
openreview_notes   OpenReview's answers as `Paper`s: pure
outbound           how the process reaches the outside: every client's session is opened here
proxies            which proxy leads to a URL, by HTTPS_PROXY, ALL_PROXY, NO_PROXY ...: pure
sources            the registry: a line a source; labels, badges and ids of them all
socks              aiohttp's connector through a SOCKS5 proxy
spec               `SourceSpec`: all that the rest of the program knows of a source
withdrawn          papers their authors took back: pure

Every source's format becomes `Paper` here; nothing further in knows where a paper came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from core.models.paper_id import PaperRef
from core.models.values import Paper


@dataclass(frozen=True)
class Skipped:
    """An item a service sent that could not be used."""

    item: str
    """Its id, or its position ("#17") when it has none."""
    reason: str


@dataclass(frozen=True)
class Listing:
    """What a source announced for some days."""

    papers: tuple[Paper, ...] = ()
    """In the source's order of merit or, without one, newest first; ids may repeat over days."""
    skipped: tuple[Skipped, ...] = ()
    read: tuple[date, ...] = ()
    """Days that were read (a quiet day counts)."""
    failed: tuple[date, ...] = ()
    """Days that could not be read while others could."""
    quiet: tuple[date, ...] = ()
    """Days without announcement by the source's calendar."""
    young: tuple[date, ...] = ()
    """Days that should have a list but have none yet."""
    next_list: date | None = None
    """When the next list is expected, where the source has a calendar."""
    label: str | None = None
    """How a reader knows the selection: "Top 15", "cs.CV"."""


class Source(Protocol):
    """A place that announces papers."""

    name: str

    async def fetch(self, days: Sequence[date]) -> Listing:
        """Return what was announced on `days` (ascending, not empty).

        Raise `SourceOff` when the source is not open to us, `SourceError` when no day could be
        read. An item that makes no sense is skipped and counted, never fatal.
        """

    def is_settled(self, day: date, at: datetime) -> bool:
        """Whether `day`'s list, fetched at `at`, could no longer grow."""


@runtime_checkable
class Lookup(Protocol):
    """A place that knows single papers by id."""

    name: str

    async def lookup(self, ref: PaperRef) -> Paper | None:
        """Return the paper, None when it is unknown there; raise `SourceError`."""
