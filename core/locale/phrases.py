"""What every language has its own way of: lists, colons, brackets, weekdays, its own name."""

from collections.abc import Iterable
from datetime import date
from functools import reduce

from core.locale.catalogue import ELSE, LANGUAGES, Language, Sentence

COLON = Sentence("locale.colon")
"""Between what something is called and what it is."""
BRACKETS = Sentence("locale.brackets")
"""What is put behind a word in brackets."""
IN_PROMPTS = Sentence("locale.in_prompts")
"""What a model is told to write in."""
_COMMA = Sentence("locale.comma")
_AND = Sentence("locale.and")
_TWO = Sentence("locale.two_sentences")
_NAMES = Sentence("locale.names")


def listed_in(language: Language, things: Iterable[str]) -> str:
    """Return things one after the other: "a, b, c"."""
    return _COMMA(language).join(things)


def joined(things: Iterable[str], pair: Sentence, language: Language) -> str:
    """Return things joined by what `pair` puts between its `first` and its `second`."""
    return reduce(lambda first, second: pair(language, first=first, second=second), things)


def all_of(things: Iterable[str], language: Language) -> str:
    return joined(things, _AND, language)


def in_a_row(sentences: Iterable[str], language: Language) -> str:
    """Return whole sentences one after the other, without those that are empty."""
    return joined(filter(None, sentences), _TWO, language)


def weekday(day: date, language: Language) -> str:
    """Return the short name of a day's weekday: "Fri"."""
    from babel.dates import format_date  # not at once: see `catalogue`

    return format_date(day, "EEE", locale=language if language in LANGUAGES else ELSE)


def own_name(language: Language) -> str:
    """Return what those who speak a language call it."""
    return _names(language)[0]


def language_named(word: str) -> Language | None:
    folded = word.casefold()
    for language in LANGUAGES:
        if folded in (language, *map(str.casefold, _names(language))):
            return language
    return None


def _names(language: Language) -> list[str]:
    return _NAMES(language).split(", ")
