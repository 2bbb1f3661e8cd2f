"""What is computed for a sentence beside its words: nearness to the paper and to the interests."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
    counts = [Counter(_tokens(sentence)) for sentence in sentences]
    rarity = _rarity(counts)
    vectors = [_vector(count, rarity) for count in counts]
    centre: dict[str, float] = defaultdict(float)
    for vector in vectors:
        for token, weight in vector.items():
            centre[token] += weight / len(vectors)
    for token, weight in _vector(Counter(_tokens(title)), rarity).items():
        centre[token] += 0.2 * weight
    centrality = _scaled([_dot(vector, centre) for vector in vectors])
    asked = [(_vector(Counter(_tokens(each)), rarity), _wanted(each)) for each in interests]
    return [
        Measure(round(central, 6), round(_closest(vector, asked), 6), frozenset(vector))
        for central, vector in zip(centrality, vectors, strict=True)
    ]


# TF-IDF as scikit-learn's TfidfVectorizer has it with logarithmic counts; a test compares them.
Vector = Mapping[str, float]


def _rarity(counts: Sequence[Counter[str]]) -> Vector:
    found = Counter(token for count in counts for token in count)
    return {token: 1 + math.log((1 + len(counts)) / (1 + n)) for token, n in found.items()}


def _vector(count: Counter[str], rarity: Vector) -> Vector:
    """Return the weights of a text's known words, of length one together."""
    weights = {
        token: (1 + math.log(n)) * rarity[token] for token, n in count.items() if token in rarity
    }
    length = math.hypot(*weights.values())
    return {token: weight / length for token, weight in weights.items()}


def _dot(one: Vector, other: Vector) -> float:
    return sum(weight * other[token] for token, weight in one.items() if token in other)


def _closest(vector: Vector, asked: Sequence[tuple[Vector, list[frozenset[str]]]]) -> float:
    words = frozenset(vector)
    return max(
        (_dot(interest, vector) for interest, wanted in asked if _touches(words, wanted)),
        default=0.0,
    )


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
