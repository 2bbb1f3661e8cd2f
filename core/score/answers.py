"""What a model said about papers, item by item: each is used, or counted by what is wrong with it.

Answers are matched by paper id and by nothing else. What a newcomer would get wrong: models skip
papers, repeat them, invent ids and answer in the wrong language, usually for one paper of thirty;
one bad item must not cost the others. A score without a usable reason does not exist.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.analyze.language import is_language
from core.models import Language
from core.visible import visible

REASON_LIMIT = 200

UNKNOWN_ID = "unknown_id"
DUPLICATE = "duplicate"
OUT_OF_RANGE = "out_of_range"
NO_REASON = "no_reason"
WRONG_LANGUAGE = "wrong_language"
MALFORMED = "malformed"
"""Not an item at all, or its score is no whole number."""


@dataclass(frozen=True)
class Judged:
    """One paper's score, with the sentence that says why."""

    paper_id: str
    score: int
    reason: str
    model: str


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
    score = _whole(item.get("score"))
    if score is None:
        return MALFORMED
    if not 0 <= score <= 100:
        return OUT_OF_RANGE
    reason = clean_reason(item.get("reason"))
    if not reason:
        return NO_REASON
    if not is_language(reason, language):
        return WRONG_LANGUAGE
    return Judged(paper_id, score, reason, model)


def _match_id(given: Any, ids: set[str]) -> str | None:
    """Return the id meant, allowing for brackets, an "arXiv:" in front and a version behind."""
    if isinstance(given, float):  # JSON's 2603.10000 lost its zeros: not to be guessed
        return None
    text = str(given).strip().strip("[]()<>\"'` ")
    bare = re.sub(r"^arxiv:\s*", "", text, flags=re.IGNORECASE)
    for candidate in (text, bare, re.sub(r"v\d+$", "", bare)):
        if candidate in ids:
            return candidate
    return None


def _whole(given: Any) -> int | None:
    """Return a whole number from 85, 85.0, "85" or "85.0"; None for anything else."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    match = re.fullmatch(r"\s*([+-]?\d{1,9})(?:\.0*)?\s*", str(given), re.ASCII)
    return int(match[1]) if match else None


def clean_reason(given: Any) -> str:
    """Return a reason as one visible line of at most `REASON_LIMIT` characters, or ""."""
    if not isinstance(given, str):
        return ""
    text = " ".join(visible(given).split()).strip('*_`"“”# ')
    if not any(character.isalpha() for character in text):
        return ""
    return text if len(text) <= REASON_LIMIT else text[: REASON_LIMIT - 1].rstrip() + "…"
