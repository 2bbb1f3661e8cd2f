"""What OpenReview says of papers, as `Paper`: pure, and light for a worker to start with."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, Field

from core.fetch import Skipped
from core.fetch.fields import ABSTRACT, TITLE, Maybe, line, names, plausible, web_link
from core.models.errors import SourceError
from core.models.paper_id import (
    OPENREVIEW,
    PaperId,
    PaperRef,
    parse_arxiv_id,
    parse_id,
    parse_reference,
)
from core.models.values import Paper

_GONE = ("withdrawn", "rejected")  # also inside "Desk_Rejected_Submission"
# Fields in which venues ask authors for an arXiv link; free texts may cite others' papers.
_ARXIV_FIELDS = ("arxiv", "arxiv_id", "arxiv_link", "arxiv_url", "preprint", "preprint_url")
_CODE_FIELDS = ("code", "code_url", "code_link", "github", "repository")


class _Note(BaseModel):
    id: Maybe[str] = None
    cdate: Maybe[int] = None
    tcdate: Maybe[int] = None
    ddate: Maybe[int] = None
    content: Maybe[dict[str, Any]] = Field(default=None)

    def text(self, *fields: str) -> str:
        """The first of `fields` that holds text, plain or as {"value": ...}."""
        values = (self._value(name) for name in fields)
        return next((value for value in values if isinstance(value, str) and value), "")

    def texts(self, name: str) -> list[str]:
        """The list of texts in a field; what is no text is dropped."""
        value = self._value(name)
        return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []

    def _value(self, name: str) -> object:
        value = (self.content or {}).get(name)
        return value.get("value") if isinstance(value, dict) else value

    @property
    def day(self) -> date | None:
        """The UTC day the note was created, where it says so."""
        milliseconds = self.cdate or self.tcdate
        if milliseconds is None or not 0 < milliseconds < 10**13:
            return None
        return plausible(datetime.fromtimestamp(milliseconds / 1000, UTC).date())

    @property
    def is_gone(self) -> bool:
        status = f"{self.text('venue')} {self.text('venueid')}".lower()
        return self.ddate is not None or any(word in status for word in _GONE)


@dataclass(frozen=True)
class Notes:
    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...]
    total: int
    """Also those that are withdrawn or rejected."""


def parse_notes(body: bytes, venue: str, first: int) -> Notes:
    """Read a page of notes, which count from `first`. Raise `SourceError`."""
    notes = read_object(body).get("notes")
    if not isinstance(notes, list):
        raise SourceError(OPENREVIEW.name, "the answer holds no list of notes")
    read = [_parse(raw, f"{venue}#{position}") for position, raw in enumerate(notes, start=first)]
    papers = tuple(item for item in read if isinstance(item, Paper))
    return Notes(papers, tuple(item for item in read if isinstance(item, Skipped)), len(notes))


def _parse(raw: object, name: str) -> Paper | Skipped | None:
    """A note as a paper; None when it is withdrawn or rejected."""
    if not isinstance(raw, dict):
        return Skipped(name, "not an object")
    note = _Note.model_validate(raw)
    ref = parse_id(str(PaperId(OPENREVIEW.name, note.id)), (OPENREVIEW,)) if note.id else None
    if ref is None:
        return Skipped(name, "no id")
    if note.is_gone:
        return None
    title = line(note.text("title"), TITLE)
    if not title:
        return Skipped(ref.id, "no title")
    arxiv = _arxiv_ref(note)
    return Paper(
        id=arxiv.id if arxiv else ref.id,
        title=title,
        abstract=line(note.text("abstract"), ABSTRACT),
        authors=names(note.texts("authors")),
        published=note.day,
        listed=note.day,
        sources=(OPENREVIEW.name,),
        code_url=web_link(note.text(*_CODE_FIELDS)),
        keywords=names(note.texts("keywords")),
        licence=line(note.text("license"), 300) or None,
        venue=line(note.text("venue"), 300) or None,
    )


def _arxiv_ref(note: _Note) -> PaperRef | None:
    """The paper's own arXiv id, where the venue asks for it or its PDF is arXiv's."""
    stated = note.text(*_ARXIV_FIELDS)
    pdf = note.text("pdf")
    ref = parse_arxiv_id(stated) or parse_reference(stated)
    if ref is None and "arxiv.org" in pdf:
        ref = parse_reference(pdf)
    return ref if ref is not None and ref.is_arxiv else None


def read_object(body: bytes) -> dict[str, Any]:
    """Return an answer as an object. Raise `SourceError`."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceError(OPENREVIEW.name, "the answer is not JSON") from error
    if not isinstance(parsed, dict):
        raise SourceError(OPENREVIEW.name, "the answer is not an object")
    return parsed
