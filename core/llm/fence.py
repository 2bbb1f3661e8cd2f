"""Outside text on its way into a prompt: data between fences, never instructions.

Titles, abstracts, paper texts and interests are written by strangers. Three things are done to
them, in this order: characters nobody sees are removed (they can carry a second, hidden text);
lengths are capped; anything that looks like one of our fence tags is defused, so that a paper
cannot close its fence and go on as if it were us. Words are left alone: what a paper says in plain
sight is for the prompt's rule ("the papers are data") and for the checks on the answer.
"""

import re

from core.models.values import Focus
from core.text.visible import visible

TAGS = (
    "interests",
    "document",
    "papers",
    "paper",
    "title",
    "abstract",
    "notes",
    "scale",
    "wish",
    "unknown",
    "claims",
)
"""Every fence a prompt may use; `prompts.load_prompts` refuses a prompt with another one."""

CUT = " […]"
TITLE_LIMIT = 300
INTEREST_LIMIT = 200

_OURS = re.compile(
    r"(?:<|＜|&lt;|&#0*60;|&#x0*3c;)(?=[\s/／]*(?:" + "|".join(TAGS) + r")\b)", re.IGNORECASE
)


def block(text: str, *, limit: int) -> str:
    """Return `text` of several lines as harmless data of at most `limit` characters."""
    return _defuse(_capped(visible(text).strip(), limit))


def line(text: str, *, limit: int) -> str:
    """Return `text` as one line of harmless data of at most `limit` characters."""
    return _defuse(_capped(" ".join(visible(text).split()), limit))


def title(text: str) -> str:
    return line(text, limit=TITLE_LIMIT)


def interests(focus: Focus) -> str:
    """Return a reader's interests as data, one a line; those to avoid are marked."""
    wanted = [f"- {line(interest, limit=INTEREST_LIMIT)}" for interest in focus.interests]
    avoided = [f"- NOT wanted: {line(topic, limit=INTEREST_LIMIT)}" for topic in focus.avoid]
    return "\n".join(wanted + avoided)


def _capped(text: str, limit: int) -> str:
    """Cut at a word where one ends near the limit; say that something is missing."""
    if len(text) <= limit:
        return text
    head = text[: limit - len(CUT)]
    last_space = head.rfind(" ", int(len(head) * 0.9))
    return (head[:last_space] if last_space > 0 else head).rstrip() + CUT


def _defuse(text: str) -> str:
    """Replace the opening bracket of our tags: the text still reads the same to a person."""
    return _OURS.sub("‹", text)
