"""The paper's own words that speak for an interest, as they stand in its title and abstract."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.models.values import Paper
from core.score.background import PAIR, Floats
from core.score.index import PaperIndex
from core.text.glossary import Expanded, phrase_grams
from core.text.words import FoundTerm, occurrences

MOST_GRAMS = 8
FAINT = 0.12
"""A gram that adds less than this part of the best one's is not worth naming."""
COMMON = 1.6
"""Rarity below which a single word of the interest explains nothing: image, model."""
LONGEST = 60


def matched_terms(
    index: PaperIndex, interest: Expanded, rows: NDArray[np.int64]
) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, words as written, best first) for the rows that hold words of the interest."""
    weights = dict(interest.words)
    for gram, weight in index.signs(interest).items():
        weights[gram] = weights.get(gram, 0.0) + weight
    companions = {gram for phrase in interest.phrases for gram in phrase_grams(phrase)}
    grams = [gram for gram in weights if index.column(gram) is not None and _telling(index, gram)]
    if not grams or not len(rows):
        return
    strength = index.contributions(rows, grams) * np.asarray([weights[gram] for gram in grams])
    for row, values in zip(rows, strength, strict=True):
        strongest = _strongest(grams, values)
        terms = _written(index.papers[row], dict.fromkeys(companions, 0.0) | strongest)
        if terms:
            yield int(row), terms


def _telling(index: PaperIndex, gram: str) -> bool:
    return " " in gram or index.background.rarity(gram) >= COMMON


def _strongest(grams: list[str], values: Floats) -> dict[str, float]:
    best = np.argsort(-values, kind="stable")[:MOST_GRAMS]
    least = FAINT * float(values[best[0]])
    return {grams[i]: float(values[i]) for i in best if values[i] > least}


def _written(paper: Paper, strength: dict[str, float]) -> list[str]:
    """Return the words as written; overlapping finds are one, and a part of another is none."""
    written: dict[str, tuple[float, str]] = {}
    for text in (paper.title, " . ".join(paper.keywords), paper.abstract):
        found, shown = occurrences(text, strength)
        for first, last, value in _joined(found, strength):
            words = " ".join(shown[first:last].split())
            key = words.casefold()
            # A companion only completes what was found: "low" and "light" of "light image".
            if len(words) <= LONGEST and value > written.get(key, (0.0, ""))[0]:
                written[key] = (value, written.get(key, (0.0, words))[1])
        seen = {item.gram for item in found if strength[item.gram]}
        strength = {gram: value for gram, value in strength.items() if gram not in seen}
    terms = [words for _, words in sorted(written.values(), key=lambda item: (-item[0], item[1]))]
    return without_parts(terms)


def _joined(found: list[FoundTerm], strength: dict[str, float]) -> Iterator[tuple[int, int, float]]:
    """Yield (start, end, strength) of finds, with overlapping ones made one."""
    found = sorted(found, key=lambda item: (item.start, -item.end))
    if not found:
        return
    start, end, value = found[0].start, found[0].end, strength[found[0].gram]
    for _, item in pairwise(found):
        if item.start < end:
            end, value = max(end, item.end), value + PAIR * strength[item.gram]
        else:
            yield start, end, value
            start, end, value = item.start, item.end, strength[item.gram]
    yield start, end, value


def without_parts(terms: Sequence[str]) -> list[str]:
    """Return the terms once each, without those a longer one holds: "flow" in "flow matching"."""
    known = {term.casefold(): term for term in reversed(terms)}
    return [
        term
        for key, term in reversed(known.items())
        if not any(key in other and len(other) > len(key) for other in known)
    ]
