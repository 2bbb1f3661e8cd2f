"""The one sentence that goes with a local score: what matched, in the paper's own words.

Plain text: escaping is the renderer's. It claims no more than was looked at: words in the title
and abstract, never what the paper achieves.
"""

from core.locale import Sentence, Sentences
from core.locale.phrases import joined, listed_in
from core.models.values import Language, LocalScore, Paper
from core.text.visible import cut, one_line

MAX_CHARACTERS = 240
CLOSE = 60
"""Score from which a paper without words of the interests is called close to them."""
_MOST_INTERESTS, _MOST_TERMS = 2, 4
_LONGEST_INTEREST, _LONGEST_TERM = 40, 48

_MATCH = Sentence("score_reasons.match")
_PLACES = Sentences("score_reasons.places")
_QUOTED = Sentence("score_reasons.quoted")
_AND = Sentence("score_reasons.and")
_CLOSE = Sentence("score_reasons.close")
_NONE = Sentence("score_reasons.none")


_UNSAID = Sentence("score_reasons.unsaid")


def instead(reason: str, language: Language) -> str:
    """Return what is said of a model's score without a reason of its own, by the local `reason`.

    That no interest is named would contradict a high score beside it.
    """
    is_unnamed = reason in (_CLOSE(language), _NONE(language))
    return _UNSAID(language) if is_unnamed else reason


def local_reason(score: LocalScore, paper: Paper, language: Language) -> str:
    """Return why a paper has its local score, in one sentence; never empty."""
    if not score.interests or not score.terms:
        return (_CLOSE if score.score >= CLOSE else _NONE)(language)
    terms = [cut(term, _LONGEST_TERM) for term in map(one_line, score.terms[:_MOST_TERMS])]
    interests = map(one_line, score.interests[:_MOST_INTERESTS])
    quoted = (_QUOTED(language, interest=cut(text, _LONGEST_INTEREST)) for text in interests)
    place = _place(paper, score.terms[:_MOST_TERMS])
    sentence = _MATCH(
        language,
        interests=joined(quoted, _AND, language),
        place=_PLACES[place],
        count=2 if place in ("both", "keywords") else 1,
        terms=listed_in(language, terms),
    )
    return cut(sentence, MAX_CHARACTERS)


def _place(paper: Paper, terms: tuple[str, ...]) -> str:
    in_title, in_abstract = _holds(paper.title, terms), _holds(paper.abstract, terms)
    if in_title and in_abstract:
        return "both"
    return "title" if in_title else "abstract" if in_abstract else "keywords"


def _holds(text: str, terms: tuple[str, ...]) -> bool:
    plain = " ".join(text.casefold().split())
    return any(term.casefold() in plain for term in terms)
