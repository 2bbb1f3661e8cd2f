"""Where papers and their texts come from: one file per service, one protocol.

answer_parsing     a source's answer, parsed aside
arxiv              arXiv
arxiv_calendar     arXiv's week
arxiv_feed         what arXiv sends, as values
deadline           waiting for work no longer than there is time, on the clock that everything
fields             single fields as services send them, made into what Paper holds
gate               a gate in front of a service that wants to be asked slowly
gather             all sources at once
hosts              which hosts an address out of foreign data may lead to
http               HTTP for everything that fetches
huggingface        Hugging Face Daily Papers
huggingface_items  what Hugging Face says of papers, as Paper: pure, and light for a worker to
merge              papers from several sources and days become one paper per identity
openreview         OpenReview (API v2)
openreview_notes   what OpenReview says of papers, as Paper: pure, and light for a worker to start
outbound           how the process reaches the outside
proxies            which proxy leads to a URL: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY as
repeats            yesterday's list under today's date is no list of today
sources            the sources there are, and what is asked about them all
socks              a connector through a SOCKS5 proxy, whose failures are aiohttp's own
spec               what a source says of itself
withdrawn          papers their authors took back

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
        ...

    def is_settled(self, day: date, at: datetime) -> bool:
        """Whether `day`'s list, fetched at `at`, could no longer grow."""
        ...


@runtime_checkable
class Lookup(Protocol):
    """A place that knows single papers by id."""

    name: str

    async def lookup(self, ref: PaperRef) -> Paper | None:
        """Return the paper, None when it is unknown there; raise `SourceError`."""
        ...
