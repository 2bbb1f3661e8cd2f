"""A paper's text: the best of arXiv's HTML, PDF, Hugging Face's Markdown and the abstract.

The places are the sources' own (`SourceSpec.texts`), asked in the order of `TextSource`. Each is an
ordinary failure away from the next: one paper in four has no HTML, three in four no Markdown. What
came is chosen by what it holds: the first text without a flaw ends the search, and where all have
flaws, the whole one with the least grave is used, the first of equals.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.documents.clean import MAX_CHARACTERS, clean_text, one_line
from core.documents.flaws import rank
from core.documents.outline import ABSTRACT
from core.documents.places import Places, Rejected
from core.documents.sandbox import TooHeavy, TooSlow
from core.fetch.gate import Gate
from core.fetch.http import BadStatus, Http, HttpError, TooLarge
from core.fetch.sources import TextAddress, texts_of
from core.models.errors import PaperboyError, TextUnavailable
from core.models.values import Document, Paper, Section, TextSource
from core.sandbox.offload import Offload, in_a_thread

logger = logging.getLogger(__name__)

UNREACHABLE = "unreachable"
"""The outcome that says nothing about whether there is a text."""


@dataclass(frozen=True)
class TextAttempt:
    """What came of asking one place."""

    source: TextSource
    outcome: str
    """"ok", or why not: "not_found", "unreachable", "too_large", "not_a_paper", "other_paper",
    "no_body", "too_slow", "too_heavy", "empty"; or "part" or the names of flaws: readable, but
    a better one is looked for."""
    detail: str = ""
    """For logs; never shown to a reader."""


@dataclass(frozen=True)
class TextResult:
    """A paper's best text, and how it was come by."""

    document: Document
    attempts: tuple[TextAttempt, ...]
    """In the order they were made."""


class FullText:
    """Reads papers' texts."""

    def __init__(
        self,
        http: Http,
        *,
        endpoints: Mapping[str, str],
        gate: Gate,
        offload: Offload = in_a_thread,
    ) -> None:
        """`endpoints` has the sources' addresses, by their names."""
        self._endpoints = endpoints
        self._places = Places(http, gate, offload)

    async def read(self, paper: Paper) -> TextResult:
        """Return the best text to be had; at worst the abstract. Never raises for a paper.

        A paper without any text, not even an abstract, gives a document without sections.
        """
        attempts: list[TextAttempt] = []
        found: list[Document] = []
        for address in texts_of(paper, self._endpoints):
            document, attempt = await self._try(address, paper)
            attempts.append(attempt)
            found += [document] if document else []
            if attempt.outcome == "ok":
                break
        if not found:
            found = [abstract_of(paper)]
            outcome = "ok" if found[0].sections else "empty"
            attempts.append(TextAttempt(TextSource.ABSTRACT, outcome))
        return TextResult(min(found, key=rank), tuple(attempts))

    async def _try(self, address: TextAddress, paper: Paper) -> tuple[Document | None, TextAttempt]:
        """Ask one place; every failure becomes an attempt."""
        try:
            document = await self._places.read(address, paper)
        except (HttpError, TextUnavailable) as error:
            attempt = TextAttempt(address.source, _outcome(error), str(error))
            level = logging.DEBUG if attempt.outcome == "not_found" else logging.INFO
            logger.log(level, "%s of %s: %s", address.source, paper.id, error)
            return None, attempt
        flaws = ["part"] if document.is_part else []
        flaws += document.flaws or ()
        return document, TextAttempt(address.source, ",".join(flaws) or "ok")


def abstract_of(paper: Paper) -> Document:
    """Return the paper's abstract as a document; without an abstract it has no sections."""
    # arXiv wraps abstracts at 80 characters and indents new paragraphs.
    paragraphs = re.split(r"\n\s*\n|\n {2,}", clean_text(paper.abstract))
    text = "\n\n".join(filter(None, map(one_line, paragraphs)))[:MAX_CHARACTERS]
    section = Section(id=ABSTRACT, title=ABSTRACT, level=1, text=text)
    return Document(
        paper_id=paper.id,
        version=paper.version,
        source=TextSource.ABSTRACT,
        sections=(section,) if text else (),
        flaws=(),
    )


def _outcome(error: PaperboyError) -> str:
    match error:
        case Rejected():
            return error.outcome
        case BadStatus(status=404 | 410):
            return "not_found"
        case TooLarge():
            return "too_large"
        case TooSlow():
            return "too_slow"
        case TooHeavy():
            return "too_heavy"
        case HttpError():
            return UNREACHABLE
        case _:
            return "not_a_paper"
