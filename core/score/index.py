"""Papers counted once, then asked about many interests: the evidence a ranking is made of.

Four kinds of evidence, each on a scale of its own that does not depend on the other papers of the
day (what is rare and what belongs together comes from `background`):

words     BM25 over words and pairs of neighbours, fields weighted: the reader's own words
phrases   whole terms, own and from the glossary: "deraining" for image restoration
sense     cosine of term vectors: papers in other words
portraits cosine to made-up abstracts of the topic, less that to what is only near it
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, repeat

import numpy as np
from scipy import sparse

from core.models.values import Paper
from core.score import background as backgrounds
from core.score.background import PAIR, Background, Floats, Integers
from core.text.glossary import Expanded, phrase_grams
from core.text.portraits import Portrait
from core.text.words import STOP_WORDS, grams, stem, words

TITLE, KEYWORDS, ABSTRACT = 3.0, 2.0, 1.0
"""A word's weight by the field it stands in."""
SATURATION, LENGTH_SHARE = 1.2, 0.5
"""BM25's k1 and b."""
SENSE_SHARE = 0.5
"""Weight of a paper's sense beside its words, when taste is learned."""
NEAR_MISSES = 0.5
"""Weight of what is only near a topic beside its abstracts: less than any exclusion takes away."""
_PORTRAIT_GRAMS = 100
PHRASE_HALF = 1.5
"""Weighted count at which a phrase counts half: once in the title is two thirds."""


@dataclass(frozen=True)
class TermEvidence:
    """What speaks for each paper (row) and interest (column)."""

    words: Floats
    phrases: Floats
    sense: Floats
    portraits: Floats


@dataclass(frozen=True)
class _Asked:
    """Interests (rows) in an index' columns."""

    own: sparse.csr_matrix
    phrases: sparse.csr_matrix
    norms: Floats
    sense: Floats


class PaperIndex:
    """The words of some papers, ready to be asked."""

    def __init__(self, papers: Sequence[Paper], background: Background | None = None) -> None:
        self.papers = tuple(papers)
        self.background = background or backgrounds.load()
        counted = _count(self.papers)
        self._forms, self._pairs = counted.forms, counted.pairs
        counts = counted.matrix
        columns, places = self._usual()
        self._rarity = np.full(len(self._forms) + len(self._pairs), self.background.rarity(""))
        self._rarity[columns] = self.background.rarities[places]
        self._weight = self._rarity * np.where(
            np.arange(len(self._rarity)) < len(self._forms), 1.0, PAIR
        )
        length = np.asarray(counts[:, : len(self._forms)].sum(axis=1)).ravel()
        floor = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / self.background.length)
        saturated = counts.data * (SATURATION + 1) / (counts.data + _per_entry(counts, floor))
        self._bm25 = _with_data(counts, saturated * self._weight[counts.indices])
        self._phrases = _with_data(
            counts, -np.log1p(-0.9 * counts.data / (counts.data + PHRASE_HALF))
        )
        vectors = _with_data(counts, (1 + np.log(counts.data)) * self._weight[counts.indices])
        self.likeness = _unit_rows(vectors)
        """TF-IDF rows of length one."""
        self._portraits: dict[str, int] = {}
        self._portrayed = np.zeros((len(self.papers), 1), dtype=np.float32)
        sensed = places < len(self.background.vectors)
        self._known, self._rows = columns[sensed], places[sensed]
        self._sense = _unit(self.likeness[:, self._known] @ self.background.vectors[self._rows])

    def evidence(self, interests: Sequence[Expanded]) -> TermEvidence:
        """Return what speaks for every paper (row) and interest (column)."""
        asked = self._asked(interests)
        return TermEvidence(
            words=_dense(self._bm25 @ asked.own.T) / asked.norms,
            phrases=-np.expm1(-_dense(self._phrases @ asked.phrases.T)),
            sense=self._sense @ asked.sense.T,
            portraits=self._by_portrait(interests),
        )

    def evidence_at(
        self, interests: Sequence[Expanded], rows: Integers, columns: Integers
    ) -> TermEvidence:
        """Return what speaks for some papers and the interest that goes with each, one by one."""
        asked = self._asked(interests)
        return TermEvidence(
            words=_products(self._bm25[rows], asked.own[columns]) / asked.norms[columns],
            phrases=-np.expm1(-_products(self._phrases[rows], asked.phrases[columns])),
            sense=np.einsum("ps,ps->p", self._sense[rows], asked.sense[columns]),
            portraits=self._by_portrait(interests)[rows, columns],
        )

    def alike(self, others: "PaperIndex") -> Floats:
        """Return the inner products of papers (rows) and others (columns), seen from the centre.

        The average paper of the field is like nothing: above zero is more alike than usual.
        """
        products = _dense(self.features @ others.features.T)
        return self._from_centre(products, self._usual_part, others._usual_part)

    def alike_among(self, rows: Sequence[int]) -> Floats:
        """Return `alike` of some papers to each other."""
        features, usual = self.features[rows], self._usual_part[rows]
        return self._from_centre(_dense(features @ features.T), usual, usual)

    def _from_centre(self, products: Floats, usual: Floats, their_usual: Floats) -> Floats:
        centre = self.background.centre
        products -= usual[:, None]  # in place: for a day and a thousand readers' marks it is big
        products -= their_usual[None, :] - centre @ centre
        return products

    @cached_property
    def _usual_part(self) -> Floats:
        return np.asarray(self.features @ self.background.centre)

    def _by_portrait(self, interests: Sequence[Expanded]) -> Floats:
        """Return what portraits say: each is looked up once, for there are fewer than topics."""
        portraits = [interest.portrait for interest in interests]
        new = [p for p in dict.fromkeys(portraits) if p and p.key not in self._portraits]
        if new:
            self._portraits |= {p.key: len(self._portraits) + n for n, p in enumerate(new, 1)}
            weights = self.columns([portrait_weights(p, self.background) for p in new])
            added = _dense(self.likeness @ weights.T).astype(np.float32)
            self._portrayed = np.concatenate([self._portrayed, added], axis=1)
        places = [self._portraits[portrait.key] if portrait else 0 for portrait in portraits]
        return self._portrayed[:, places].astype(np.float64)

    def _asked(self, interests: Sequence[Expanded]) -> "_Asked":
        own = self.columns([interest.words for interest in interests])
        signs = [self.signs(interest) for interest in interests]
        phrases = self.columns(signs)
        norms = np.asarray([self._norm(interest.words) for interest in interests])
        meant = self.columns(
            [_meant(interest, sign) for interest, sign in zip(interests, signs, strict=True)]
        )
        weighted = meant.multiply(self._weight).tocsr()
        sense = weighted[:, self._known] @ self.background.vectors[self._rows]
        return _Asked(own, phrases, norms, _unit(sense))

    def columns(self, weights: Sequence[Mapping[str, float]]) -> sparse.csr_matrix:
        """Return one row per mapping from gram to weight; grams no paper holds are left out."""
        entries = [
            (row, column, weight)
            for row, by_gram in enumerate(weights)
            for gram, weight in by_gram.items()
            if (column := self.column(gram)) is not None
        ]
        rows, columns, data = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(weights), len(self._rarity))
        return sparse.csr_matrix((np.asarray(data, dtype=np.float64), (rows, columns)), shape)

    def column(self, gram: str) -> int | None:
        """Return the gram's column, or None when no paper holds it."""
        first, _, second = gram.partition(" ")
        left = self._forms.get(first)
        if not second or left is None:
            return left
        right = self._forms.get(second)
        if right is None or not len(self._pairs):
            return None
        key = left * len(self._forms) + right
        place = int(np.searchsorted(self._pairs, key))
        if place == len(self._pairs) or self._pairs[place] != key:
            return None
        return len(self._forms) + place

    def signs(self, interest: Expanded) -> dict[str, float]:
        """Return the one gram that tells each phrase, with the phrase's weight.

        The rarest pair of "real-world super-resolution" is not "real world". It all but implies
        the phrase; adding up parts would find phrases where there are none.
        """
        weights: dict[str, float] = {}
        for phrase, weight in interest.phrases.items():
            gram = max(phrase_grams(phrase), key=self.background.rarity)
            weights[gram] = max(weights.get(gram, 0.0), weight)
        return weights

    def contributions(self, rows: Integers, grams: Sequence[str]) -> Floats:
        """Return what each gram (column; one that some paper holds) adds to each paper (row)."""
        columns = [column for gram in grams if (column := self.column(gram)) is not None]
        return _dense(self._bm25[rows][:, columns])

    @cached_property
    def features(self) -> sparse.csr_matrix:
        """What taste is learned from: the field's usual grams, and the sense of the whole.

        Columns are the background's, so rows of different indexes can be compared.
        """
        known = self.likeness[:, self._known].tocsr()
        shape = (len(self.papers), len(self.background.vectors))
        aligned = sparse.csr_matrix((known.data, self._rows[known.indices], known.indptr), shape)
        sense = sparse.csr_matrix((SENSE_SHARE * self._sense).astype(np.float32))
        return sparse.hstack([aligned, sense]).tocsr()

    def _norm(self, own: Mapping[str, float]) -> float:
        """Length of an interest, by the whole field's statistics: also of words not seen here."""
        squares = (
            (weight * self.background.rarity(gram) * (PAIR if " " in gram else 1.0)) ** 2
            for gram, weight in own.items()
        )
        return float(np.sqrt(sum(squares))) or 1.0

    def _usual(self) -> tuple[Integers, Integers]:
        """Return (columns here, places in the background) of the grams both know.

        In arrays: looking up 8,000 grams one by one takes as long as counting 500 papers.
        """
        listed, ends = self.background.ends
        own = np.asarray([*map(self._forms.get, listed, repeat(-1)), -1], dtype=np.int64)
        left, right = own[ends[:, 0]], own[ends[:, 1]]
        paired = ends[:, 1] >= 0
        columns = np.where(paired, -1, left)
        if len(self._pairs):
            keys = left * len(self._forms) + right
            near = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
            found = paired & (left >= 0) & (right >= 0) & (self._pairs[near] == keys)
            columns = np.where(found, len(self._forms) + near, columns)
        places = np.flatnonzero(columns >= 0)
        return columns[places], places


@lru_cache(maxsize=2_000)
def portrait_weights(portrait: Portrait, background: Background) -> Mapping[str, float]:
    """Return weight by gram: the mean of the abstracts, less half that of the near misses."""
    found: defaultdict[str, float] = defaultdict(float)
    for texts, share in ((portrait.abstracts, 1.0), (portrait.near_misses, -NEAR_MISSES)):
        for text in texts:
            weights = {
                gram: (1 + np.log(count)) * background.rarity(gram) * (PAIR if " " in gram else 1)
                for gram, count in Counter(grams(text)).items()
            }
            length = float(np.sqrt(sum(weight**2 for weight in weights.values()))) or 1.0
            for gram, weight in weights.items():
                found[gram] += share * weight / length / len(texts)
    telling = sorted(found, key=lambda gram: (-abs(found[gram]), gram))[:_PORTRAIT_GRAMS]
    return {gram: found[gram] for gram in telling}


def _meant(interest: Expanded, signs: Mapping[str, float]) -> dict[str, float]:
    """Return what an interest means in all: its own words, and a share of its phrases."""
    # The square root keeps a long list of narrower terms from drowning the words typed.
    share = float(np.sqrt(len(interest.words) / (sum(signs.values()) or 1.0)))
    weights = dict(interest.words)
    for gram, weight in signs.items():
        weights[gram] = weights.get(gram, 0.0) + share * weight
    return weights


@dataclass(frozen=True)
class _Counted:
    forms: Mapping[str, int]
    pairs: Integers
    """Sorted keys of the pairs that occur: first * len(forms) + second."""
    matrix: sparse.csr_matrix


def _count(papers: Sequence[Paper]) -> _Counted:
    """Count words and pairs of neighbours, weighted by field.

    In arrays rather than counters: a Python loop over pairs takes most of a second for 500 papers.
    """
    spelled: defaultdict[str, int] = defaultdict()
    spelled.default_factory = spelled.__len__
    gap = spelled[""]  # between fields: no pair reaches over it
    texts = [
        [*map(spelled.__getitem__, words(text)), gap] for paper in papers for text in _fields(paper)
    ]
    forms: defaultdict[str, int] = defaultdict()
    forms.default_factory = forms.__len__
    form_of = np.asarray(
        [_SKIPPED if word in STOP_WORDS else forms[stem(word)] for word in spelled], dtype=np.int64
    )
    form_of[gap] = _GAP
    sequence = form_of[np.fromiter(chain.from_iterable(texts), dtype=np.int64)]
    sizes = [len(text) for text in texts]
    kinds = len(_FIELD_WEIGHTS)
    document = np.repeat(np.repeat(np.arange(len(papers)), kinds), sizes)
    weight = np.repeat(np.tile(np.asarray(_FIELD_WEIGHTS), len(papers)), sizes)
    kept = sequence != _SKIPPED
    sequence, document, weight = sequence[kept], document[kept], weight[kept]
    single = sequence >= 0
    paired = single[:-1] & single[1:]
    keys = (sequence[:-1] * len(forms) + sequence[1:])[paired]
    pairs, places = np.unique(keys, return_inverse=True)
    rows = np.concatenate([document[single], document[:-1][paired]])
    columns = np.concatenate([sequence[single], len(forms) + places])
    data = np.concatenate([weight[single], weight[:-1][paired]])
    shape = (len(papers), len(forms) + len(pairs))
    matrix = sparse.coo_matrix((data, (rows, columns)), shape).tocsr()
    return _Counted(forms=dict(forms), pairs=pairs, matrix=matrix)


_SKIPPED, _GAP = -1, -2
_FIELD_WEIGHTS = (TITLE, KEYWORDS, ABSTRACT)


def _fields(paper: Paper) -> Iterable[str]:
    return paper.title, " . ".join(paper.keywords), paper.abstract


def _per_entry(matrix: sparse.csr_matrix, by_row: Floats) -> Floats:
    return np.repeat(by_row, np.diff(matrix.indptr))


def _with_data(matrix: sparse.csr_matrix, data: Floats) -> sparse.csr_matrix:
    # Seven digits are enough, and half of the memory: an index of marked papers is kept for all.
    return sparse.csr_matrix((data.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape)


def _unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return _with_data(matrix, matrix.data / _per_entry(matrix, np.maximum(norms, 1e-9)))


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _products(some: sparse.csr_matrix, others: sparse.csr_matrix) -> Floats:
    return np.asarray(some.multiply(others).sum(axis=1), dtype=np.float64).ravel()


def _dense(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.todense(), dtype=np.float64)
