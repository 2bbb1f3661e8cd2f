"""What a paper is about beside what a reader wants: the topics "not this" may mean. Pure."""

from core.models.values import Focus, Language, Paper
from core.text.glossary import Entry, Glossary
from core.text.words import stems

MOST = 3
_IN_TITLE, _IN_ABSTRACT = 3.0, 1.0
_NAME, _NARROWER = 1.0, 0.6


def topics_of(
    paper: Paper, wanted: Focus, glossary: Glossary, language: Language
) -> tuple[str, ...]:
    """Return at most `MOST` topics of a paper that the reader has not asked for, the surest first.

    In the reader's language, where the glossary has the name.
    """
    title, abstract = _padded(paper.title), _padded(paper.abstract)
    own = {name for topic in wanted.interests for name in _names_in(topic, glossary)}
    found = [
        (weight, entry.names[0], entry)
        for entry in glossary.entries
        if entry.names[0] not in own and (weight := _weight(entry, title, abstract))
    ]
    found.sort(key=lambda item: (-item[0], item[1]))
    named = (_name(entry, language) for _, _, entry in found)
    avoided = {topic.casefold() for topic in wanted.avoid}
    return tuple(name for name in dict.fromkeys(named) if name.casefold() not in avoided)[:MOST]


def _weight(entry: Entry, title: str, abstract: str) -> float:
    """Return how surely a paper is about a concept: 0 when it does not name it."""
    best = 0.0
    for terms, share in ((entry.names, _NAME), (entry.narrower, _NARROWER)):
        for term in terms:
            phrase = _padded(term)
            if phrase.strip():
                here = _IN_TITLE * (phrase in title) + _IN_ABSTRACT * (phrase in abstract)
                best = max(best, share * here)
    return best


def _names_in(topic: str, glossary: Glossary) -> set[str]:
    """Return the concepts a topic names: they are wanted, whatever else a paper is about."""
    text = _padded(glossary.expand(topic).text)
    return {
        entry.names[0]
        for entry in glossary.entries
        if any((phrase := _padded(name)).strip() and phrase in text for name in entry.names)
    }


def _padded(text: str) -> str:
    """Return normal forms between blanks, so that a phrase is found as whole words."""
    return f" {' '.join(stems(text))} "


def _name(entry: Entry, language: Language) -> str:
    return entry.zh[0] if language == "zh" and entry.zh else entry.names[0]
