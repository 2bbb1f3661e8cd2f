"""What a model says over and over, said once. Pure, in time proportional to the text.

Models loop in three ways: a sentence again and again, a phrase or sign without an end, and the same
words with a counter in them ("第 1 步…", "Step 2 ..."). Results are no counters: what is said of
CIFAR-10 and of CIFAR-100 are two statements.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

LONGEST: Final = 6_000
"""Characters looked at: nothing longer is a statement, and what is cut off is not shown."""

_SIGNS = re.compile(r"([^\d\s])\1{7,}")
_SENTENCE = re.compile(r"[^。！？!?；;\n]*?(?:[。！？!?；;\n]+|\.(?=\s|$)|\Z)\s*")
_TOKEN = re.compile(r"[A-Za-z\u00c0-\u024f']+|\d+(?:\.\d+)*|[^\W\d_]|[^\w\s]|_")
_NUMBER = re.compile(
    r"\d+(?:\.\d+)*|(?<=第)[一二三四五六七八九十]+|\b(?:first|second|third|fourth|fifth|sixth)\b"
)
_ORDER = {
    word: n
    for words in ("一二三四五六七八九十", ["first", "second", "third", "fourth", "fifth", "sixth"])
    for n, word in enumerate(words, 1)
}
_LOOSE_END = re.compile(r"(?<![，,、;；:：\s])[，,、;；:：\s]++(?=[。.!！?？]?$)")
_LONGEST_PERIOD = 60
_LEAST_TOKENS = 12
_LEAST_COUNTED = 3

T = TypeVar("T")


def without_loops(text: str) -> str:
    """Return a text in which whatever is said over and over is said once."""
    text = _SIGNS.sub(r"\1\1\1", text[:LONGEST])
    sentences = [piece for piece in _SENTENCE.findall(text) if piece]
    kept = said_once(sentences, lambda piece: piece)
    if len(kept) < len(sentences):
        text = "".join(kept).rstrip(" \n；;")
    return _without_periods(text)


def said_once(things: Sequence[T], text_of: Callable[[T], str]) -> list[T]:
    """Return things without those that say again what one before said, counters or not."""
    forms = [_form(text_of(thing)) for thing in things]
    counted = _counting(forms)
    seen: set[Hashable] = set()
    kept = []
    for thing, (words, numbers) in zip(things, forms, strict=True):
        key = words if words in counted else (words, numbers)
        if not words or key not in seen:
            kept.append(thing)
        seen.add(key)
    return kept


_Form = tuple[str, tuple[str, ...]]


def _form(text: str) -> _Form:
    """Return a text's letters in order, without its numbers, and the numbers."""
    folded = text[:LONGEST].casefold()
    numbers = tuple(str(_ORDER.get(number, number)) for number in _NUMBER.findall(folded))
    letters = "".join(sign for sign in _NUMBER.sub("#", folded) if sign.isalpha() or sign == "#")
    return letters, numbers


def _counting(forms: Iterable[_Form]) -> set[str]:
    """Return the words that are said three times and more with nothing but counters in them."""
    alike: dict[str, list[tuple[str, ...]]] = {}
    for words, numbers in forms:
        if numbers:
            alike.setdefault(words, []).append(numbers)
    return {
        words
        for words, said in alike.items()
        if len(said) >= _LEAST_COUNTED and all(_counts_on(*two) for two in pairwise(said))
    }


def _counts_on(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether every number stays or goes up by one."""
    steps = {
        int(b) - int(a) if a.isdecimal() and b.isdecimal() and len(b) < 7 else int(a != b) * 9
        for a, b in zip(before, after, strict=True)
    }
    return steps <= {0, 1}


def _without_periods(text: str) -> str:
    """Return a text in which no phrase is said several times in a row, counters or not."""
    tokens = list(_TOKEN.finditer(text))
    words = ["#" if _NUMBER.fullmatch(token[0]) else token[0].casefold() for token in tokens]
    cuts = [
        (tokens[first].start(), tokens[last - 1].end())
        for period in range(1, min(_LONGEST_PERIOD, len(words) // 2) + 1)
        for first, last in _repeats(words, tokens, period)
    ]
    if not cuts:
        return text
    kept, done = [], 0
    for start, end in sorted(cuts):
        kept.append(text[done:start] if start > done else "")
        done = max(done, end)
    return _LOOSE_END.sub("", "".join(kept) + text[done:]).rstrip()


def _repeats(
    words: Sequence[str], tokens: Sequence[re.Match[str]], period: int
) -> Iterator[tuple[int, int]]:
    """Yield where the second copy of a phrase of `period` words begins and the last one ends."""
    start = 0
    for i in range(period, len(words) + 1):
        if i < len(words) and words[i] == words[i - period]:
            continue
        copies = (i - start) // period
        is_loop = copies >= 5 or (copies >= 3 and copies * period >= _LEAST_TOKENS)
        phrase = words[start : start + period]
        if is_loop and any(word.isalpha() for word in phrase):
            said = [token[0] for token in tokens[start : start + copies * period]]
            numbers = [
                tuple(said[n] for n in range(k, k + period) if words[start + n] == "#")
                for k in range(0, copies * period, period)
            ]
            if all(_counts_on(*two) for two in pairwise(numbers)):
                yield start + period, i
        start = i - period + 1
