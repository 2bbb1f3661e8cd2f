"""Text and queries cut into words that a full-text index takes as they are.

Latin and the like are words already: folded, without accents. Chinese and Japanese, written
without spaces, are kept as overlapping pairs of characters, so that any word of two characters is
found in any longer one; a longer word is its pairs in a row. rjieba cuts what is asked for, not
what is kept: how it cuts a word depends on the words around it, and "超分" is found in "超分辨率"
only by a cut that knows nothing of words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MAX_TERMS = 16
"""Terms of one query; of a longer one the first are looked for."""
MAX_LETTERS = 48
"""Of one word; PostgreSQL takes 2,046 bytes, and nobody types more."""
MAX_ROW = 16
"""Words in a row that are compared; more say no more."""
MAX_UNCUT = 3
"""Characters of a run that is one word without asking."""
MIN_PREFIX = 4
"""Letters from which on a word stands for all that begin like it."""

_IDEOGRAPHS = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Chinese and Japanese characters, without the marks between them."""
_WORD = rf"[^\W_{_IDEOGRAPHS}]+"
_HYPHEN = re.compile("[-\u2010]")  # also what NFKC makes of the non-breaking one
_TOKEN = re.compile(rf"(?P<run>[{_IDEOGRAPHS}]+)|{_WORD}(?:{_HYPHEN.pattern}{_WORD})*")
_PARTICLES = frozenset("的了和与及或在是之对为以于中用")
"""Characters that, alone between words, say nothing of what is looked for."""


@dataclass(frozen=True)
class Term:
    """One thing a paper must have: words in a row."""

    words: tuple[str, ...]
    is_prefix: bool
    """The (last) word may go on."""


def cut(text: str) -> str:
    """Return the words of a text to be found, in order, between spaces."""
    words: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        if (run := match["run"]) is not None:
            words += map("".join, pairwise(run))
            # Alone: the last one is found too, and no row of pairs leads into the next run.
            words.append(run[-1])
        else:
            parts = _HYPHEN.split(match[0])
            words += (part[:MAX_LETTERS] for part in parts)
            if len(parts) > 1:  # "U-Net" is also found as "unet"
                words.append("".join(parts)[:MAX_LETTERS])
    return " ".join(words)


def terms(query: str) -> list[Term]:
    """Return what a query asks for, without repetitions; nothing for a query without words."""
    found: dict[Term, None] = {}
    for match in _TOKEN.finditer(fold(query)):
        for term in _asked(match):
            found[term] = None
            if len(found) == MAX_TERMS:
                return list(found)
    return list(found)


def fold(text: str) -> str:
    """Return what all spellings of a text have in common: NFKC, small letters, no accents."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    letters = (c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", "".join(letters))


def _asked(match: re.Match[str]) -> Iterator[Term]:
    if match["run"] is None:
        yield from map(_word, _HYPHEN.split(match[0]))
        return
    for name in _names(match["run"]):
        if len(name) == 1:
            yield Term((name,), is_prefix=True)
        else:
            yield Term(tuple(map("".join, pairwise(name[: MAX_ROW + 1]))), is_prefix=False)


def _word(word: str) -> Term:
    word = word[:MAX_LETTERS]
    if len(word) > MIN_PREFIX and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]  # a plural: what it begins with finds the singular too
    return Term((word,), is_prefix=len(word) >= MIN_PREFIX)


def _names(run: str) -> list[str]:
    """Cut a run of characters where a reader would have put a space."""
    if len(run) <= MAX_UNCUT:
        return [run]
    import rjieba

    names: list[str] = []
    alone = ""
    for word in [*rjieba.cut(run), ""]:
        if len(word) == 1 and word not in _PARTICLES:
            # rjieba knows 分辨率 and leaves 超 alone; looked for alone, it would find too much.
            alone += word
        elif len(word) > 1:
            names.append(alone + word)
            alone = ""
        elif alone:
            names.append(alone)
            alone = ""
    return names
