"""What an interest also means: the glossary, in English and Chinese.

An interest is its own words first; the glossary only adds. It turns Chinese names into the
English ones (papers are English), adds other names of the same thing, and the narrower terms
that papers write instead of the broad one. An unknown interest works as its own words.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from itertools import pairwise

from core.models.values import Meaning
from core.text.portraits import Portrait
from core.text.portraits import load as load_portraits
from core.text.words import grams, plain, stems, words

_PARTS = re.compile(r"[.,:;!?()，。：；、！？（）\n]+")
_LONGEST_PHRASE = 4
"""Words of meaning; what is longer is prose and counts by its words only."""
_NAME, _PART = 1.0, 0.6
"""Weight of an interest's first phrase, and of those it lists after it."""
_PORTRAYED = 0.1
"""Weight of a portrait's term, times one to three, where the glossary has no narrower ones."""
_LONGEST_NAME = 80
_NEARLY = 0.7
"""Likeness (2 * common letters / all letters) of a name to what may be a slip of it."""


@dataclass(frozen=True)
class Entry:
    names: tuple[str, ...]
    zh: tuple[str, ...]
    narrower: tuple[str, ...]
    related: tuple[str, ...]
    portrait: Portrait | None = None


@dataclass(frozen=True)
class Expanded:
    text: str
    """The interest with Chinese names replaced by the usual English ones."""
    words: Mapping[str, float]
    """Weight by gram: the reader's own words."""
    phrases: Mapping[tuple[str, ...], float]
    """Weight by phrase (its normal forms in order): own phrases and what the glossary adds."""
    portrait: Portrait | None = None
    """What papers about the first concept it names look like."""


class Glossary:
    """Concepts by their names in either language."""

    def __init__(self, entries: Iterable[Entry], weights: Mapping[str, float]) -> None:
        self.entries = tuple(entries)
        self.weights = weights
        self._english: dict[tuple[str, ...], list[Entry]] = {}
        self._chinese: dict[str, Entry] = {}
        for entry in self.entries:
            for name in entry.names:
                self._english.setdefault(tuple(stems(name)), []).append(entry)
            for name in entry.zh:
                self._chinese.setdefault(_bare(name), entry)
        # The longest name first: 图像分割 is not 图像 and 分割.
        longest = sorted(self._chinese, key=lambda name: (-len(name), name))
        self._chinese_name = re.compile("|".join(map(_loosely, longest)) or r"(?!)")
        self._longest = max(map(len, self._english), default=0)
        self._terms: dict[tuple[str, ...], str] = {}
        for entry in self.entries:
            for term in (*entry.names, *entry.narrower, *entry.related):
                forms = tuple(stems(term))
                # "all-in-one restoration" is nothing but "restor" without its stop words.
                if len(forms) > 1 or len(words(term)) == 1:
                    self._terms.setdefault(forms, term)
        self._longest_term = max(map(len, self._terms), default=0)

    def with_meanings(self, meanings: Iterable[Meaning]) -> "Glossary":
        """Return a glossary that knows more topics; what it has itself it keeps."""
        learned = (
            Entry(
                names=meaning.names
                if _has_chinese(meaning.topic)
                else (meaning.topic, *meaning.names),
                zh=(meaning.topic,) if _has_chinese(meaning.topic) else (),
                narrower=meaning.narrower,
                related=meaning.related,
                portrait=_learned(meaning),
            )
            for meaning in meanings
            if not self.knows(meaning.topic)
        )
        return Glossary((*self.entries, *learned), self.weights)

    def expand(self, interest: str) -> Expanded:
        """Return what the interest asks for, by words and by phrases."""
        found: list[Entry] = []

        def to_english(match: re.Match[str]) -> str:
            found.append(self._chinese[_bare(match[0])])
            return f" {found[-1].names[0]} "

        text = " ".join(self._chinese_name.sub(to_english, plain(interest).lower()).split())
        parts = [part for part in map(stems, _PARTS.split(text)) if part]
        phrases: dict[tuple[str, ...], float] = {}
        for number, part in enumerate(parts):
            if len(part) <= _LONGEST_PHRASE:
                _raise_to(phrases, tuple(part), _PART if number else _NAME)
        # The entries of the first part say what the interest is; those of the parts it lists
        # are already narrower terms, whose own narrower terms would lead astray.
        named = self._named(parts[0]) if parts else []
        entries = {id(entry): entry for entry in (*found, *named)}.values()
        for entry in entries:
            self._add(phrases, entry)
        portrait = next((entry.portrait for entry in entries if entry.portrait), None)
        own: dict[str, float] = {}
        for gram in grams(text):
            own[gram] = own.get(gram, 0.0) + 1.0
        return Expanded(text=text, words=own, phrases=phrases, portrait=portrait)

    def terms_in(self, text: str) -> list[str]:
        """Return the field's terms that a text names, in its order, as the glossary writes them."""
        plainly = plain(text).lower()
        found = [(match.start(), match[0]) for match in self._chinese_name.finditer(plainly)]
        forms = stems(plainly)
        at = 0
        while at < len(forms):
            for size in range(min(self._longest_term, len(forms) - at), 0, -1):
                term = self._terms.get(tuple(forms[at : at + size]))
                if term:
                    found.append((len(plainly) + at, term))
                    at += size
                    break
            else:
                at += 1
        return list(dict.fromkeys(term for _, term in sorted(found)))

    def understood(self, topic: str) -> tuple[str, ...] | None:
        """Return the English names a topic is taken to mean.

        Nothing where it says them itself; None when nothing in it is known and it is not English.
        """
        text = plain(topic).lower()
        matches = self._chinese_name.finditer(text)
        names = [self._chinese[_bare(match[0])].names[0] for match in matches]
        if names:
            return tuple(dict.fromkeys(names))
        is_english = any(word.isascii() for word in stems(text))
        return () if is_english else None

    def nearest(self, topic: str) -> list[Entry]:
        """Return the concepts with a name that is spelled nearly like a topic, nearest first."""
        names = {name.casefold(): entry for entry in self.entries for name in entry.names}
        names |= self._chinese
        near = get_close_matches(_bare_or_plain(topic[:_LONGEST_NAME]), names, cutoff=_NEARLY)
        return list({id(names[name]): names[name] for name in near}.values())

    def knows(self, topic: str) -> bool:
        return bool(self.terms_in(topic))

    def _named(self, forms: list[str]) -> list[Entry]:
        """Return the entries whose names occur in the words, longest names first."""
        found: list[Entry] = []
        at = 0
        while at < len(forms):
            for size in range(min(self._longest, len(forms) - at), 0, -1):
                entries = self._english.get(tuple(forms[at : at + size]))
                if entries:
                    found += entries
                    at += size
                    break
            else:
                at += 1
        return found

    def _add(self, phrases: dict[tuple[str, ...], float], entry: Entry) -> None:
        for terms, weight in (
            (entry.names, self.weights["names"]),
            (entry.narrower, self.weights["narrower"]),
            (entry.related, self.weights["related"]),
        ):
            for term in terms:
                _raise_to(phrases, tuple(stems(term)), weight)
        if entry.portrait and not entry.narrower:
            for term, sure in entry.portrait.terms:
                _raise_to(phrases, tuple(stems(term)), _PORTRAYED * sure)


def _learned(meaning: Meaning) -> Portrait | None:
    if not meaning.abstracts:
        return None
    # No concept of the package has a blank in its key.
    return Portrait(f"learned {meaning.topic}", (), meaning.abstracts, meaning.near_misses)


def _has_chinese(text: str) -> bool:
    return re.search(r"[\u3400-\u9fff]", text) is not None


def _bare_or_plain(topic: str) -> str:
    text = plain(topic).casefold()
    return _bare(text) if _has_chinese(text) else text


def _bare(name: str) -> str:
    """Return a Chinese name without its blanks, one form of those that are written in several."""
    return re.sub(r"\s+", "", name.lower()).replace("三维", "3d").replace("二维", "2d")


def _loosely(name: str) -> str:
    """Return a pattern for a bare name: with blanks between its letters and characters or not."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[\u3400-\u9fff])|(?<=[\u3400-\u9fff])(?=[a-z0-9])", " ", name)
    pattern = re.escape(spaced).replace(r"\ ", r"\s*")
    return pattern.replace("3d", "(?:3d|三维)").replace("2d", "(?:2d|二维)")


def _raise_to(phrases: dict[tuple[str, ...], float], phrase: tuple[str, ...], to: float) -> None:
    if phrase:
        phrases[phrase] = max(phrases.get(phrase, 0.0), to)


def phrase_grams(phrase: tuple[str, ...]) -> list[str]:
    """Return the grams that together make the phrase: the word, or its pairs of neighbours."""
    return [f"{a} {b}" for a, b in pairwise(phrase)] or list(phrase)


def parse(text: str, portraits: Mapping[str, Portrait] | None = None) -> Glossary:
    tables = tomllib.loads(text)
    weights = tables.pop("weights")
    return Glossary(
        (
            Entry(
                **{name: tuple(terms) for name, terms in table.items()},
                portrait=(portraits or {}).get(key),
            )
            for key, table in tables.items()
        ),
        weights,
    )


@cache
def load() -> Glossary:
    text = resources.files(__package__).joinpath("glossary.toml").read_text("utf-8")
    return parse(text, load_portraits())


@cache
def load_covered() -> Glossary:
    """Return the concepts on which papers come whatever the sources; of other fields' none may."""
    whole = load()
    covered = (entry for entry in whole.entries if entry.narrower or entry.related)
    return Glossary(covered, whole.weights)
