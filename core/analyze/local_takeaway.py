"""A takeaway without a model: the interests a paper names, and in which words. Pure.

It says what was looked at and nothing else: title and abstract, for the interest's own words, its
English or Chinese names and narrower terms. That none is named does not mean that the paper is of
no use, so that is not said.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.locale import Sentence
from core.locale.phrases import joined
from core.models.values import (
    Analysis,
    Focus,
    Language,
    LocalScore,
    Paper,
    Point,
    ScoreKind,
    Takeaway,
)
from core.score.reasons import local_reason
from core.text.glossary import Expanded, load, phrase_grams
from core.text.visible import cut, one_line
from core.text.words import FoundTerm, occurrences

LOCAL = "local-1"
"""Stands where a takeaway has its model."""
_NAMES_IT = 0.5
"""Weight of a phrase from which it means the interest; companions have less."""
_MOST_NAMED, _LONGEST = 3, 40
_NONE = Sentence("local_takeaway.none")
_NONE_OF_MANY = Sentence("local_takeaway.none_of_many")
_NO_INTERESTS = Sentence("local_takeaway.no_interests")
_QUOTED = Sentence("local_takeaway.quoted")
_OR = Sentence("local_takeaway.or")


def local_takeaway(paper: Paper, analysis: Analysis, focus: Focus, language: Language) -> Takeaway:
    """Return one honest sentence: the interests named, by which words, and where they come up."""
    glossary = load()
    terms: list[str] = []
    matched: list[str] = []
    for interest in focus.interests:
        if words := _named(paper, glossary.expand(interest)):
            matched.append(interest)
            terms += words
    terms = _whole(terms)
    if not matched:
        return _worded(_none(focus, language), None)
    found = LocalScore(
        paper_id=paper.id, rank_score=0, score=0, interests=tuple(matched), terms=tuple(terms)
    )
    return _worded(local_reason(found, paper, language), _where(analysis, terms))


def _worded(text: str, where: str | None) -> Takeaway:
    return Takeaway(points=(Point(text=text, where=where),), kind=ScoreKind.LOCAL, model=LOCAL)


def _named(paper: Paper, interest: Expanded) -> list[str]:
    """Return the paper's own words that name an interest, the title's first."""
    words: dict[str, str] = {}
    for text in (paper.title, paper.abstract):
        for phrase, weight in interest.phrases.items():
            # Of a narrower term its stop words may leave one word, which could mean anything.
            is_name = weight >= (_NAMES_IT if len(phrase) > 1 else 1.0)
            if is_name and (shown := _written(text, phrase)):
                words.setdefault(shown.casefold(), shown)
    return list(words.values())


def _written(text: str, phrase: tuple[str, ...]) -> str:
    """Return a phrase as the text writes it; "" when it does not stand there as a whole."""
    grams = phrase_grams(phrase)
    found, shown = occurrences(text, set(grams))
    places = {item.gram: item for item in found}
    if len(places) < len(set(grams)) or not _is_one(grams, places):
        return ""
    return " ".join(shown[places[grams[0]].start : places[grams[-1]].end].split())


def _is_one(grams: Sequence[str], places: dict[str, FoundTerm]) -> bool:
    """Whether pairs of neighbours overlap as those of one phrase do."""
    runs = [places[gram] for gram in grams]
    return all(
        first.start < second.start < first.end < second.end for first, second in pairwise(runs)
    )


def _whole(terms: Sequence[str]) -> list[str]:
    """Return the terms once each, without those that are part of a longer one."""
    known = {term.casefold(): term for term in reversed(terms)}
    return [
        term
        for key, term in reversed(known.items())
        if not any(key in other and key != other for other in known)
    ]


def _where(analysis: Analysis, terms: Sequence[str]) -> str | None:
    """Return the place of the first statement that holds one of the words."""
    folded = [term.casefold() for term in terms]
    for point in statements(analysis):
        if point.where and any(term in point.text.casefold() for term in folded):
            return point.where
    return None


def statements(analysis: Analysis) -> Iterator[Point]:
    """Yield what an analysis says of the paper itself, the takeaway aside."""
    yield from (*analysis.contribution, *analysis.methodology, *analysis.limitations)


def _none(focus: Focus, language: Language) -> str:
    named = [cut(one_line(interest), _LONGEST) for interest in focus.interests[:_MOST_NAMED]]
    if not named:
        return _NO_INTERESTS(language)
    said = _NONE if len(focus.interests) == len(named) else _NONE_OF_MANY
    quoted = (_QUOTED(language, interest=interest) for interest in named)
    return said(language, interests=joined(quoted, _OR, language))
