"""How many tokens a text has, by estimate: no network, and rather too many than too few.

The planner corrects it per model and purpose by what the provider counted in earlier calls, and
asks the provider to count a question that is large.
"""

import re
import string

_LATIN = (string.ascii_letters + " \n").encode()
_ACCENTED = re.compile(r"[\u00a0-\u024f\u2010-\u2027]+")
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+")


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a model counts, rather too many than too few.

    Per character: a quarter for Latin letters and spaces, half for digits, punctuation (TeX is
    full of it) and accented letters, one and a half for Chinese, one for everything else.
    """
    return -(-weigh(text) // 4)


def weigh(text: str) -> int:
    """Return the size in quarter tokens; additive over concatenation."""
    ascii_ = text.encode("ascii", "ignore")  # bytes are counted in one go, a full text is long
    marks = len(ascii_.translate(None, _LATIN))
    weight = len(ascii_) + marks
    if len(ascii_) < len(text):
        accented = _length(_ACCENTED, text)
        cjk = _length(_CJK, text)
        other = len(text) - len(ascii_) - accented - cjk
        weight += 2 * accented + 6 * cjk + 4 * other
    return weight


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(len(run) for run in pattern.findall(text))
