"""Differences between a quotation and its source that change no meaning.

A typing slip, an article, a plural, a hyphen are harmless; a number, a negation, another word or a
prefix that turns a word round is not. "in" for "of" changes a meaning, a missing "the" does not, so
little words may be lost but not exchanged.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

_HARMLESS = frozenset({
    "a", "an", "the", "of", "to", "in", "on", "for", "and", "that", "which", "is", "are", "we",
    "our", "this", "these", "by", "with", "as",
})  # fmt: skip
_NEGATIONS = frozenset({
    "no", "not", "never", "without", "nor", "neither", "cannot", "non", "hardly", "barely",
    "fails", "fail", "un",
})  # fmt: skip
_ARTICLES = frozenset({"a", "an", "the", "this", "these", "that", "which"})
_FLIPS = (
    "un", "in", "im", "ir", "non", "dis", "de", "anti", "over", "under", "inter", "intra", "pre",
    "post",
)  # fmt: skip
"""What turns a word into its contrary."""


def slips_between(wanted: Sequence[str], window: Sequence[str]) -> tuple[int | None, int]:
    """Return how many words differ, and how many words of the window were used.

    None when one of them matters.
    """
    matcher = SequenceMatcher(None, wanted, window, autojunk=False)
    slips = 0
    used = 0
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            used = m
            continue
        if tag == "insert" and i == len(wanted):
            break  # the window goes on behind the quotation
        here = list(window[k:m])
        if i != len(wanted) and j == len(wanted):
            here = here[: j - i]  # the end of the window is not part of a changed last word
        if not _is_harmless(wanted[i:j], here):
            return None, 0
        slips += max(j - i, len(here))
        used = k + len(here)
    return slips, used


def _is_harmless(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    mine, other = "".join(ours), "".join(theirs)
    if mine == other:
        return True
    if any(word[0].isdigit() or word in _NEGATIONS for word in (*ours, *theirs)):
        return False
    if all(word in _HARMLESS for word in (*ours, *theirs)):
        return not (ours and theirs) or {*ours, *theirs} <= _ARTICLES
    if not ours or not theirs or len(mine) < 5 or len(other) < 5:
        return False
    return _is_slip(mine, other)


def _is_slip(mine: str, other: str) -> bool:
    """Whether two words are one with a typing slip or another ending, and not its contrary."""
    for first, second in ((mine, other), (other, mine)):
        if any(first == prefix + second for prefix in _FLIPS):
            return False
    if abs(len(mine) - len(other)) > 2:
        return False
    stem = min(len(mine), len(other)) - 2
    if mine[:stem] == other[:stem] and {mine, other} & {
        mine[: stem + 2] + "s",
        other[: stem + 2] + "s",
    }:
        return True
    return (
        mine[:2] == other[:2]
        and mine[-1] == other[-1]
        and SequenceMatcher(None, mine, other).ratio() >= 0.85
    )
