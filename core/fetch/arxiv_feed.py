"""What arXiv sends, as values: announcement feeds (RSS or Atom) and pages of the query API.

Pure. arXiv reports errors with status 200, as plain text ("Rate exceeded.") or as a feed whose
single entry is titled "Error"; and feedparser repairs what is broken, so a feed cut off in the
middle looks like a shorter day unless its `bozo` flag is read.
"""

import io
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.sax import SAXException

import feedparser

from core.fetch import Skipped
from core.fetch.arxiv_calendar import eastern_day
from core.fetch.fields import ABSTRACT, TITLE, line, names, plausible
from core.models.errors import SourceBusy, SourceError
from core.models.paper_id import ARXIV, PaperRef, parse_arxiv_id
from core.models.values import Paper

# The announcement feed writes "arXiv:2508.13426v1 Announce Type: cross \nAbstract: ..."
_PREFIX = re.compile(
    r"\s*arXiv:\S+\s+Announce\s+Type:\s*(?P<type>[\w-]+)\s+(?:Abstract:\s*)?", re.IGNORECASE
)
_PARENTHESES = re.compile(r"\([^()]*\)")


class RateExceeded(SourceBusy):
    """arXiv told us to stop asking: going on would prolong it."""


class RejectedQuery(SourceError):
    """The query API does not understand the question (a malformed id, mostly)."""


@dataclass(frozen=True)
class Announcement:
    """The announcement feed: what is new, without replacements."""

    day: date | None
    """The feed's own date, in US Eastern; None when it has none."""
    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True)
class FeedPage:
    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]
    total: int
    """Results of the whole query, over all pages."""

    @property
    def entries(self) -> int:
        return len(self.papers) + len(self.skipped)


def parse_announcement(body: bytes) -> Announcement:
    """Read an announcement feed; `listed` is set to its day. Raise `SourceError` if broken."""
    feed, entries = _parse(body)
    day = _feed_day(feed)
    new = [entry for entry in entries if not _announce_type(entry).startswith("replac")]
    papers, skipped = _papers(new, day)
    return Announcement(day, papers, skipped)


def parse_page(body: bytes) -> FeedPage:
    """Read a page of the query API. Raise `SourceError` (or a child) if it is none."""
    feed, entries = _parse(body)
    if len(entries) == 1 and _is_error(entries[0]):
        raise RejectedQuery(ARXIV.name, line(str(entries[0].get("summary", "")), 200) or "an error")
    papers, skipped = _papers(entries, None)
    total = str(feed.get("opensearch_totalresults", ""))
    known = total.isdecimal() and len(total) <= 9
    return FeedPage(papers, skipped, int(total) if known else len(entries))


def _parse(body: bytes) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    if b"rate exceeded" in body[:500].lower() and b"<entry" not in body:
        raise RateExceeded(ARXIV.name, "answered 'Rate exceeded'")
    # A stream, because feedparser takes a string or bytes for a file name or URL first.
    # Unsanitized, because abstracts say "a<b" and are not HTML to us.
    try:
        parsed = feedparser.parse(
            io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False
        )
    except UnicodeError:  # it says that it is written in punycode
        raise SourceError(ARXIV.name, "the feed's encoding is none") from None
    if not parsed.get("version"):
        raise SourceError(ARXIV.name, "the answer is not a feed")
    if isinstance(parsed.get("bozo_exception"), SAXException):
        raise SourceError(ARXIV.name, "the feed is cut off or malformed")
    if "feed error" in str(parsed.feed.get("title", "")).lower():
        raise SourceError(ARXIV.name, "the feed reports an error")
    return parsed.feed, list(parsed.entries)


def _papers(
    entries: list[Mapping[str, Any]], day: date | None
) -> tuple[tuple[Paper, ...], tuple[Skipped, ...]]:
    papers = []
    skipped = []
    for position, entry in enumerate(entries, start=1):
        paper = _paper(entry, day, f"#{position}")
        if isinstance(paper, Paper):
            papers.append(paper)
        else:
            skipped.append(paper)
    return tuple(papers), tuple(skipped)


def _paper(entry: Mapping[str, Any], day: date | None, name: str) -> Paper | Skipped:
    ref = _ref(entry)
    if ref is None:
        return Skipped(name, "no arXiv id")
    title = line(str(entry.get("title", "")), TITLE)
    if not title:
        return Skipped(ref.id, "no title")
    return Paper(
        id=ref.id,
        version=ref.version,
        title=title,
        abstract=line(_without_prefix(str(entry.get("summary", ""))), ABSTRACT),
        authors=_authors(entry),
        # The announcement feed's `published` is the announcement, not the first version.
        published=None if _announce_type(entry) else _utc_day(entry, "published_parsed"),
        listed=day,
        sources=(ARXIV.name,),
        categories=_categories(entry),
        comment=line(_text(entry, "arxiv_comment")) or None,
        licence=line(_text(entry, "rights"), 300) or None,
        venue=line(_text(entry, "arxiv_journal_ref"), 300) or None,
    )


def _text(entry: Mapping[str, Any], field: str) -> str:
    """Return a field's text: of an element with attributes feedparser keeps only these."""
    value = entry.get(field)
    return value if isinstance(value, str) else ""


def _without_prefix(summary: str) -> str:
    """Anchored on purpose: searching 100 kB of spaces for it would take a minute."""
    head = _PREFIX.match(summary[:500])
    return summary[head.end() :] if head else summary


def _ref(entry: Mapping[str, Any]) -> PaperRef | None:
    """The id from "http://arxiv.org/abs/2606.13677v1" or "oai:arXiv.org:2508.13426v1"."""
    for field in ("id", "link"):
        address = str(entry.get(field, ""))
        tail = address.rpartition("/abs/")[2].removeprefix("oai:arXiv.org:")
        if ref := parse_arxiv_id(tail):
            return ref
    return None


def _announce_type(entry: Mapping[str, Any]) -> str:
    """new, cross, replace or replace-cross; "" when neither element nor description says."""
    stated = str(entry.get("arxiv_announce_type", "")).strip().lower()
    described = _PREFIX.match(str(entry.get("summary", ""))[:500])
    return stated or (described["type"].lower() if described else "")


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """One element per author from the API; one with all of them from the announcement feed."""
    given = [str(author.get("name", "")) for author in entry.get("authors", ())]
    if len(given) != 1:
        return names(given)
    # "Ada Lovelace (MIT, Boston, USA), Alan Turing": commas inside parentheses do not separate.
    return names(_PARENTHESES.sub("", given[0]).split(","))


def _categories(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Category codes, the primary one first."""
    primary = entry.get("arxiv_primary_category")  # a text where it has no attributes
    leading = primary.get("term") if isinstance(primary, Mapping) else primary
    terms = [leading, *(tag.get("term") for tag in entry.get("tags", ()))]
    return tuple(dict.fromkeys(line(term, 50) for term in terms if term))


def _is_error(entry: Mapping[str, Any]) -> bool:
    return "/api/errors" in str(entry.get("id", "")) or (
        entry.get("title") == "Error" and _ref(entry) is None
    )


def _feed_day(feed: Mapping[str, Any]) -> date | None:
    """RSS states the announcement (`pubDate`); Atom only when the feed was built."""
    for field in ("published_parsed", "updated_parsed"):
        if moment := feed.get(field):
            try:
                day = plausible(eastern_day(datetime.fromtimestamp(timegm(moment), UTC)))
            except (ValueError, OverflowError, OSError):  # a year nobody has lived in
                continue
            if day is not None:
                return day
    return None


def _utc_day(entry: Mapping[str, Any], field: str) -> date | None:
    moment = entry.get(field)
    try:
        return plausible(date(*moment[:3])) if moment else None
    except ValueError:  # year 0, or 10000
        return None
