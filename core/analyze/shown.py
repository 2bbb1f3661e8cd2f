"""What of a paper a second look is shown beside the numbered statements. Pure.

First the quotations where they stand, later the whole text or the sections they are from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.analyze.check.surroundings import Surroundings
from core.analyze.fit import fit
from core.llm.fence import block, line
from core.models.values import Document, Point, PointKind, Section, TextSource

PASSAGES, WHOLE, PART = "passages", "whole", "part"
STATEMENT_LIMIT: Final = 700
PASSAGE_LIMIT: Final = 3_000
"""Characters; 700 on either side of a quotation, or a table's heads and rows."""
SMALL: Final = 6_000
"""Characters of a text that is shown whole at once: an abstract, notes."""
_MARKS: Final = {
    PointKind.SUGGESTION: " (suggestion)",
    PointKind.QUESTION: " (question)",
    PointKind.ABSENCE: " (absence)",
}
Numbered = Mapping[int, Point]
"""Statements by the numbers under which they are asked about."""


@dataclass(frozen=True)
class Shown:
    """What stands in one question."""

    view: str
    """Which phrase of the prompt says what it is."""
    claims: str
    """The statements, each with its passages where there are any."""
    text: str
    """The paper's words in it: what a verdict can rest on."""

    @property
    def document(self) -> str:
        """The text that stands by itself."""
        return "" if self.view == PASSAGES else self.text

    @property
    def words(self) -> Document:
        """The paper's words, as a document they are looked up in."""
        section = Section(id="shown", title="shown", level=1, text=self.text)
        source = TextSource.ABSTRACT
        return Document(paper_id="shown", version=None, source=source, sections=(section,))


def first_view(document: Document, points: Numbered) -> Shown:
    """Return the statements with their quotations where these stand; or a small text, whole.

    The text is shown as well where no statement has words of its own.
    """
    if document.characters <= SMALL or not any(point.evidence for point in points.values()):
        return wider_view(document, points, max_tokens=4 * SMALL)
    surroundings, claims, texts = Surroundings(document), [], []
    for number, point in points.items():
        passages = list(_passages(point, surroundings))
        claims.append("\n".join([_stated(number, point), *map(_quoted, passages)]))
        texts += [text for _, *both in passages for text in both]
    return Shown(PASSAGES, "\n\n".join(claims), "\n\n".join(texts))


def wider_view(document: Document, points: Numbered, *, max_tokens: int) -> Shown:
    """Return the statements with the whole text; where that has no room, with their sections."""
    claims = "\n".join(_stated(number, point) for number, point in points.items())
    fitted = fit(document, max_tokens=max_tokens)
    if not fitted.truncated:
        return Shown(WHOLE, claims, _fenced(fitted.text))
    named = {one.where for point in points.values() for one in point.evidence}
    sections = tuple(section for section in document.sections if section.id in named)
    of_them = fit(document.model_copy(update={"sections": sections}), max_tokens=max_tokens)
    return Shown(PART, claims, _fenced(of_them.text or fitted.text))


def _fenced(text: str) -> str:
    return block(text, limit=len(text))


def _stated(number: int, point: Point) -> str:
    mark = _MARKS.get(point.kind, "")
    return f"[{number}]{mark} {line(point.text, limit=STATEMENT_LIMIT)}"


def _passages(point: Point, surroundings: Surroundings) -> Iterator[tuple[str, str, str]]:
    """Yield where each quotation stands, its words, and what stands around it."""
    for one in point.evidence:
        around = block(surroundings.around(one.quote, one.where), limit=PASSAGE_LIMIT)
        yield line(one.mark, limit=100), line(one.quote, limit=PASSAGE_LIMIT), around


def _quoted(passage: tuple[str, str, str]) -> str:
    """Return a passage in lines that cannot be taken for a statement, whatever stands in it."""
    where, quote, around = passage
    lines = (f"  > {text}" for text in around.split("\n") if text.strip())
    return "\n".join([f"  from {where}: {quote}", *lines])


def texts_of(points: Numbered) -> dict[int, str]:
    """Return what was stated, by number."""
    return {number: point.text for number, point in points.items()}


def numbered(points: Sequence[Point]) -> Numbered:
    """Return statements by their numbers, from 1."""
    return dict(enumerate(points, 1))
