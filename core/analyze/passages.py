"""Sentences of a paper that may answer a question, found by words alone.

For want of a model: nothing is worded, the paper's own sentences are shown. A question in Chinese
is asked in English as well, by the glossary. A sentence that shares only "the" and "image" with a
question answers nothing, so there may be none.
"""

from typing import Final

from core.analyze.measures import measured
from core.analyze.quotable import Candidate, quotable_sentences
from core.models.values import Document, Evidence, Paper, Point, Support

MOST: Final = 4
LEAST: Final = 0.12
"""Cosine of question and sentence, TF-IDF; by eye, on questions about the bundled papers."""


def passages(document: Document, paper: Paper, wordings: tuple[str, ...]) -> tuple[Point, ...]:
    """Return the nearest sentences to a question, in one or more wordings, in reading order."""
    candidates = quotable_sentences(document)
    near = measured([candidate.text for candidate in candidates], wordings, paper.title)
    ranked = sorted(
        (
            (measure.closeness, -number)
            for number, measure in enumerate(near)
            if measure.closeness >= LEAST
        ),
        reverse=True,
    )
    chosen = sorted(-number for _, number in ranked[:MOST])
    return tuple(_point(candidates[number]) for number in chosen)


def _point(candidate: Candidate) -> Point:
    return Point(
        text=candidate.text,
        where=candidate.where,
        evidence=(Evidence(quote=candidate.text, where=candidate.where),),
        support=Support.VERIFIED,
    )
