"""What a model said about papers, item by item: each is used, or counted by what is wrong with it.

Answers are matched by paper id and by nothing else. Models skip papers, repeat them, invent ids and
answer in the wrong language, usually for one paper of thirty; one bad item must not cost the
others, and a bad reason not its score.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.llm.tex import UNREADABLE
from core.models.paper_id import parse_reference
from core.models.values import Language
from core.text.headline import WIDEST, in_one_line
from core.text.language import is_language
from core.text.loops import LONGEST, without_loops
from core.text.visible import cut, visible

REASON_LIMIT = 200
_LONGEST_ID = 200
_BLANK = re.compile(r"\s")
_ARXIV = re.compile(r"^arxiv:\s*", re.IGNORECASE)
_SCORE = re.compile(
    r"\s*+(?P<value>[+-]?\d{1,9}(?:\.\d{0,9})?)\s*+(?:(?:/|out of)\s*+(?P<most>100?)|%|分)?\s*+",
    re.ASCII,
)
_MOST_DOUBTFUL = 10

UNKNOWN_ID = "unknown_id"
DUPLICATE = "duplicate"
OUT_OF_RANGE = "out_of_range"
MALFORMED = "malformed"
"""Not an item at all, or its score is no number of 0 to 100 without doubt."""

NO_REASON = "no_reason"
WRONG_LANGUAGE = "wrong_language"
UNGROUNDED = "ungrounded"
"""It has a number or a name that title and abstract have not."""


@dataclass(frozen=True)
class Judged:
    """One paper's score, with the sentence that says why."""

    paper_id: str
    score: int
    reason: str
    """"" where there is none to be shown."""
    model: str
    flaw: str = ""
    """Why there is none."""
    headline: str = ""
    """Who did what, in one line; "" where there is none to be shown."""

    def without_reason(self, flaw: str) -> "Judged":
        return replace(self, reason="", flaw=flaw)


def read_items(
    items: Sequence[Any], ids: Sequence[str], *, language: Language, model: str
) -> tuple[dict[str, Judged], Counter[str]]:
    """Return the usable items by id (the first of each), and the others counted by reason."""
    found: dict[str, Judged] = {}
    dropped: Counter[str] = Counter()
    for item in items:
        result = _read_item(item, set(ids), language, model)
        if isinstance(result, str):
            dropped[result] += 1
        elif result.paper_id in found:
            dropped[DUPLICATE] += 1
        else:
            found[result.paper_id] = result
    return found, dropped


def _read_item(item: Any, ids: set[str], language: Language, model: str) -> Judged | str:
    """Return a score, or the word for what is wrong with the item."""
    if not isinstance(item, Mapping):
        return MALFORMED
    paper_id = _match_id(item.get("id"), ids)
    if paper_id is None:
        return UNKNOWN_ID
    score = _score(item.get("score"))
    if score is None:
        return MALFORMED
    if not 0 <= score <= 100:
        return OUT_OF_RANGE
    headline = in_one_line(clean_line(item.get("headline")), WIDEST[language])
    headline = headline if is_language(headline, language) else ""
    judged = Judged(paper_id, score, clean_line(item.get("reason")), model, headline=headline)
    if not judged.reason:
        return judged.without_reason(NO_REASON)
    is_right = is_language(judged.reason, language)
    return judged if is_right else judged.without_reason(WRONG_LANGUAGE)


def _match_id(given: Any, ids: set[str]) -> str | None:
    """Return the id meant: as it is, or as a link or with a version, if it names one paper."""
    if isinstance(given, float):  # JSON's 2603.10000 lost its zeros: not to be guessed
        return None
    text = _ARXIV.sub("", str(given).strip("[]()<>{}\"'`“”‘’.,; \n\t"))
    if text in ids:
        return text
    # Beside an address nothing may stand: "Paper 2603.00001, not 2603.00002".
    reference = (
        parse_reference(text) if len(text) <= _LONGEST_ID and not _BLANK.search(text) else None
    )
    return reference.id if reference is not None and reference.id in ids else None


def _score(given: Any) -> int | None:
    """Return the whole number meant by 85, 84.6, "85", "85/100", "8.5/10" or "85 分".

    None for anything else, and for a fraction of at most 10: on which scale it is, nobody knows.
    """
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    match = _SCORE.fullmatch(str(given))
    if match is None:
        return None
    value = float(match["value"])
    if match["most"] == "10":
        return _rounded(10 * value)
    is_whole = value == int(value)
    return _rounded(value) if is_whole or value > _MOST_DOUBTFUL or match["most"] else None


def _rounded(value: float) -> int:
    """Return the nearest whole number, a half upwards."""
    return math.floor(value + 0.5)


def clean_line(given: Any) -> str:
    """Return what a model said as one visible line of at most `REASON_LIMIT` characters, or ""."""
    if not isinstance(given, str):
        return ""
    text = without_loops(" ".join(visible(given[:LONGEST]).split())).strip('*_`"“”# ')
    if UNREADABLE in text or not any(character.isalpha() for character in text):
        return ""
    return cut(text, REASON_LIMIT)
