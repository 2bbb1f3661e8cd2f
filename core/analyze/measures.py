"""What is computed for a sentence beside its words: nearness to the paper and to the interests."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.analyze.quotable import CJK, FORMULA


@dataclass(frozen=True)
class Measure:
    """What is computed for a sentence beside its words."""

    centrality: float
    """0 to 1: closeness to the paper as a whole."""
    closeness: float
    """0 to 1: closeness to the nearest of the interests it touches; 0 when it touches none."""
    words: frozenset[str]


_ENDING = re.compile(r"(?:ations?|ings?|ions?|ed|es|s|e)$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words(
    "the and for with that this are from our which can has have was were not also such its their "
    "these those into than more most but been both each use used using via per however we"
)


def _tokens(text: str) -> list[str]:
    """Return words without their endings, and Chinese as overlapping pairs."""
    lowered = FORMULA.sub(" ", text).casefold()
    latin = [
        _ENDING.sub("", token) if len(token) > 5 else token
        for token in re.findall(r"[a-z][a-z0-9]+", lowered)
        if len(token) > 1 and token not in _STOP
    ]
    runs = re.findall(r"[\u3400-\u9fff]+", lowered)
    return latin + [run[i : i + 2] for run in runs for i in range(max(1, len(run) - 1))]


def measured(sentences: Sequence[str], interests: Sequence[str], title: str) -> list[Measure]:
    """Return one measure per sentence, in their order; `title` counts towards centrality."""
    words = [frozenset(_tokens(sentence)) for sentence in sentences]
    if not any(words):
        return [Measure(0.0, 0.0, frozenset()) for _ in sentences]
    # scikit-learn takes most of a second to import, and most runs read no paper this way.
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_tokens, sublinear_tf=True)
    matrix = vectorizer.fit_transform(sentences)
    centroid = np.asarray(matrix.mean(axis=0)).ravel()
    if title:
        centroid = centroid + vectorizer.transform([title]).toarray().ravel() * 0.2
    centrality = _scaled(np.asarray(matrix @ centroid).ravel().tolist())
    closeness = [0.0] * len(sentences)
    if interests:
        nearness = (matrix @ vectorizer.transform(interests).T).toarray().tolist()
        wanted = [_wanted(interest) for interest in interests]
        closeness = [
            max(
                near if _touches(own, want) else 0.0 for near, want in zip(row, wanted, strict=True)
            )
            for own, row in zip(words, nearness, strict=True)
        ]
    return [
        Measure(round(central, 6), round(close, 6), own)
        for central, close, own in zip(centrality, closeness, words, strict=True)
    ]


# Words of half of all interests, and of every second sentence: no sign of a shared subject.
_GENERIC = frozenset(
    _token
    for _token in _tokens(
        "model models image images video learning network networks method methods data "
        "generation generative neural deep vision visual based computer"
    )
)


def _wanted(interest: str) -> list[frozenset[str]]:
    """Return what a sentence must have of an interest, once per script: any one will do."""
    tokens = frozenset(_tokens(interest))
    chinese = frozenset(token for token in tokens if CJK.match(token))
    latin = tokens - chinese
    return [words for words in (chinese, (latin - _GENERIC) or latin) if words]


def _touches(words: frozenset[str], wanted: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence has half of an interest's telling words, or two of many."""
    return any(len(words & want) >= min(2, (len(want) + 1) // 2) for want in wanted)


def _scaled(values: Sequence[float]) -> list[float]:
    highest = max(values, default=0.0)
    return [value / highest if highest else 0.0 for value in values]
