"""What is usual in the field: how many papers hold a term, and which terms keep company.

Made once by `tests/bench/make_background.py` from the metadata (CC0) of cs.CV papers and shipped
as `background.json.gz`. With it a paper's score does not depend on which other papers happen to
be listed that day: five papers and five hundred get the same scores. The file names its origin.
"""

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import islice

import numpy as np
from numpy.typing import NDArray

PAIR = 0.6
"""A pair of neighbours beside its two words, which count already."""
_CENTRE_WORDS, _CENTRE_SENSE = 0.117, 0.284
"""Lengths of the average paper's words and sense; papers that share nothing would make it zero."""
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Background:
    origin: str
    """Where the statistics come from, and their licence."""
    papers: int
    length: float
    """Mean length of a paper in words of meaning, the title's counted with their weight."""
    frequencies: Mapping[str, int]
    """In how many papers a gram occurs; grams too rare to be listed have `rarest`."""
    rarest: float
    vectors: Floats
    """One row for each of the first grams of `frequencies`: near rows, near meanings."""

    @cached_property
    def rarities(self) -> Floats:
        """The inverse document frequency of each listed gram, in order."""
        return np.asarray([self.rarity(gram) for gram in self.frequencies])

    @cached_property
    def ends(self) -> tuple[tuple[str, ...], Integers]:
        """The words of all listed grams, and (grams, 2) places of each gram's first and second.

        A gram of one word has -1 for its second.
        """
        splits = [gram.partition(" ") for gram in self.frequencies]
        words = dict.fromkeys(word for first, _, second in splits for word in (first, second))
        places = {word: place for place, word in enumerate(word for word in words if word)}
        ends = [(places[first], places.get(second, -1)) for first, _, second in splits]
        return tuple(places), np.asarray(ends, dtype=np.int64).reshape(-1, 2)

    @cached_property
    def centre(self) -> Floats:
        """The features of the average paper, see `PaperIndex.features`.

        Estimated from the frequencies: it lies within 7 degrees of the mean of 2,000 papers.
        """
        shared = np.asarray(list(self.frequencies.values())[: len(self.vectors)]) / self.papers
        listed = islice(self.frequencies, len(self.vectors))
        pairs = np.asarray([PAIR if " " in gram else 1.0 for gram in listed])
        words = shared * self.rarities[: len(self.vectors)] * pairs
        sense = words @ self.vectors
        return np.concatenate(
            [
                _CENTRE_WORDS * words / (np.linalg.norm(words) or 1.0),
                _CENTRE_SENSE * sense / (np.linalg.norm(sense) or 1.0),
            ]
        )

    def rarity(self, gram: str) -> float:
        """Return the gram's inverse document frequency."""
        count = self.frequencies.get(gram, self.rarest)
        return float(np.log(1 + (self.papers - count + 0.5) / (count + 0.5)))


def parse(packed: bytes) -> Background:
    raw = json.loads(gzip.decompress(packed))
    nibbles = np.frombuffer(base64.b64decode(raw["vectors"]), dtype=np.uint8)
    levels = np.stack([nibbles >> 4, nibbles & 15], axis=1).astype(np.float64) - 8.0
    rows = levels.reshape(-1, raw["dimensions"])
    norms = np.asarray(raw["norms"], dtype=np.float64)
    lengths = np.maximum(np.linalg.norm(rows, axis=1), 1e-9)
    return Background(
        origin=raw["origin"],
        papers=raw["papers"],
        length=raw["length"],
        frequencies=dict(zip(raw["grams"], raw["frequencies"], strict=True)),
        rarest=raw["rarest"],
        vectors=rows * (norms / lengths)[:, None],
    )


@cache
def load() -> Background:
    return parse(resources.files(__package__).joinpath("background.json.gz").read_bytes())
