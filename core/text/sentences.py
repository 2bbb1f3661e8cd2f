"""Sentences of scientific prose, in English and Chinese.

Kept small and our own: the splitters on offer break at "et al. [3]", inside $formulas$ and at
"Dr.", which papers are full of. When in doubt two sentences stay one: a quotation that is too
long is dropped later, half a sentence would be printed.
"""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never a sentence's end, whatever follows.
_ABBREVIATIONS = _words(
    "fig figs eq eqs eqn eqns sec secs sect tab tabs alg algs app appx ch chap ref refs vol no nos "
    "pp thm lem prop def cor e.g i.e cf vs viz w.r.t s.t i.i.d a.k.a approx resp incl dept prof dr "
    "mr mrs ms st al"
)
# These may end a sentence: then the next word is one that begins sentences.
_MAYBE = frozenset({"al", "etc", "w.r.t", "i.i.d"})
_STARTERS = _words(
    "a an the this that these those we our in on to for as it its they however moreover "
    "furthermore while when if since although another both each thus hence therefore then here "
    "specifically finally first second compared unlike despite by with such similarly all more "
    "recently also there"
)
_PROTECTED = re.compile(r"\$[^$\n]{1,2000}\$|`[^`\n]{1,500}`|https?://\S{1,500}")
_END = re.compile(
    r"(?P<latin>(?<![.!?])[.!?]+[\"'”’)\]]*(?:\s?\[[\d,;\s–-]{1,40}\])?)\s+(?=\S)"
    r"|(?P<cjk>[。！？]+[”’」』）]*)\s*"
)
_LAST_WORD = re.compile(r"([^\s(\[\"“‘]+)$")


def split_sentences(text: str) -> list[str]:
    """Return the sentences of one paragraph, in order, each a stretch of the text.

    White space is expected to be single spaces; joining the result with " " gives a Latin text
    back.
    """
    # Dots and spaces in formulas and addresses must not count; the length stays the same.
    masked = _PROTECTED.sub(lambda match: "x" * len(match[0]), text)
    sentences = []
    start = 0
    for end in _END.finditer(masked):
        if end["cjk"] or _is_end(masked, start, end):
            sentences.append(text[start : end.end()].strip())
            start = end.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_end(masked: str, start: int, end: re.Match[str]) -> bool:
    following = masked[end.end() : end.end() + 40]
    if not _may_start(following):
        return False
    if end["latin"][0] != ".":
        return True
    # A word is short: looking back no further keeps a text without ends linear.
    last = _LAST_WORD.search(masked[max(start, end.start() - 40) : end.start()])
    word = last[1].lower() if last else ""
    if word in _MAYBE:
        return re.split(r"[\s,]", following, maxsplit=1)[0].lower() in _STARTERS
    if word in _ABBREVIATIONS:
        # "... for image SR. To ...": written in capitals it is an acronym, not short for a word.
        return last is not None and len(word) > 1 and last[1].isupper()
    # An initial ("J. Smith"), but not a unit or a symbol at the end of a sentence.
    return not (len(word) == 1 and word.isalpha() and last is not None and last[1].isupper())


def _may_start(following: str) -> bool:
    """Whether a sentence can begin so: no lower-case letter, no closing mark."""
    first = following.lstrip("\"'“‘([")[:1]
    # Formulas are masked as "x": a sentence may begin with one ("$x$ denotes ...").
    return not first.islower() or following.startswith("xxx")
