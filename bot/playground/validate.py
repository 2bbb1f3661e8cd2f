"""Texts, entities and keyboards as Telegram's servers take them.

Two things happen here. What Telegram refuses is refused, in its words. What Telegram changes
without a word (an entity too many, one that crosses another, an unknown kind) is changed as well
and counted in `mended`: a careful bot leaves that empty, and the tests say so.

Lengths are UTF-16 units, after trimming.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.playground import refusals
from bot.playground.refusals import bad

Json = dict[str, Any]
MAX_UNITS = 4096
MAX_ENTITIES = 100
MAX_BUTTONS = 100
MAX_DATA = 64
MAX_RICH = 32_768
FAR = 1_000_000

KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_WIDE = re.compile("[\U00010000-\U0010ffff]")
_REMOVED = re.compile(r"[\r\u2028-\u202e]")
_INVISIBLE = re.compile(r"[\s\u00ad\u034f\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufeff]*")
_MARKUP = {"html": "<&", "markdown": "_*`[", "markdownv2": "_*[]()~`>#+-=|{}.!\\"}


def cleaned(text: str, entities: Sequence[Json], mended: Counter[str]) -> tuple[str, list[Json]]:
    """Return text and entities as they are shown; raise `Refusal`."""
    if _INVISIBLE.fullmatch(text):
        raise bad(refusals.EMPTY)
    checked = _checked(text, entities, mended) if entities else []
    text, checked = _without_removed(text, checked)
    text = _CONTROL.sub(" ", text)
    shown = text.rstrip(" \n")
    start = len(shown) - len(shown.lstrip(" \n"))
    shown = shown[start:]
    size = length(shown)
    if size > MAX_UNITS:
        raise bad(refusals.TOO_LONG)
    return shown, _clipped(checked, start, size)


def length(text: str) -> int:
    """Return the UTF-16 units of a text."""
    if text.isascii():
        return len(text)
    try:
        return len(text.encode("utf-16-le")) // 2
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None


def refuse_markup(text: str, parse_mode: str) -> None:
    """Raise `Refusal` unless the text has nothing a parse mode would look at.

    The playground parses nothing: our bot sends entities, and markup here is a mistake.
    """
    signs = _MARKUP.get(parse_mode.lower())
    if signs is None:
        raise bad("unsupported parse_mode")
    for sign in text:
        if sign in signs:
            raise bad(
                f"can't parse entities: Character '{sign}' is reserved and must be escaped with"
                " the preceding '\\'"
            )


def keyboard(markup: Any) -> Json | None:
    """Return an inline keyboard as it is shown, None if it is empty; raise `Refusal`."""
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list):
        if isinstance(markup, dict) and markup.keys() & _OTHER_MARKUP:
            return None
        raise bad("object expected as reply markup")
    if not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be an Array of Arrays')
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad(refusals.TOO_MANY_BUTTONS)
    shown = [[_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": shown} if shown else None


_OTHER_MARKUP = {"keyboard", "remove_keyboard", "force_reply"}
_ACTIONS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)


def _button(button: Any) -> Json:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad(refusals.BUTTON_TEXT)
    actions = button.keys() & _ACTIONS
    if len(actions) != 1:
        raise bad(refusals.BUTTON_ACTION)
    if "callback_data" in actions:
        data = str(button["callback_data"])
        if not 1 <= len(data.encode()) <= MAX_DATA:
            raise bad(refusals.BUTTON_DATA)
    if "url" in actions and wrong_url(str(button["url"])):
        raise bad(refusals.BUTTON_URL)
    return dict(button)


def wrong_url(url: str) -> str | None:
    """Return what Telegram says against a link, None if it takes it."""
    if url.startswith("tg://"):
        return None
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "Wrong port number specified in the URL"
    if parts.scheme.lower() not in ("http", "https", "ton"):
        return "Unsupported URL protocol"
    if not host:
        return "URL host is empty"
    return None if "." in host and not re.search(r"\s", url) else "Wrong HTTP URL"


def _without_removed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Take out what TDLib takes out, and move the entities behind it."""
    if not _REMOVED.search(text):
        return text, entities
    plain = length(text) == len(text)
    gone = [
        match.start() if plain else length(text[: match.start()])
        for match in _REMOVED.finditer(text)
    ]
    moved = []
    for entity in entities:
        end = entity["offset"] + entity["length"]
        first = entity["offset"] - bisect_left(gone, entity["offset"])
        last = end - bisect_left(gone, end)
        moved.append(entity | {"offset": first, "length": last - first})
    return _REMOVED.sub("", text), moved


def _checked(text: str, entities: Sequence[Json], mended: Counter[str]) -> list[Json]:
    """Return the entities that count, in order; raise `Refusal` for those out of the text."""
    borders = _Borders(text)
    kept = []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad("MessageEntity must be an Object")
        _check_numbers(entity)
        if entity.get("type") not in KINDS or entity["length"] == 0:
            mended["entities without effect"] += 1
            continue
        borders.check(entity["offset"], entity["length"])
        if entity["type"] == "text_link" and (wrong := wrong_url(str(entity.get("url", "")))):
            raise bad(f"entity URL '{entity.get('url', '')}' is invalid: {wrong}")
        kept.append(dict(entity))
    # The longer first, so that what lies inside comes after what it lies in.
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    if len(kept) > MAX_ENTITIES:
        mended["entities over 100"] += len(kept) - MAX_ENTITIES
    return _uncrossed(kept[:MAX_ENTITIES], mended)


def _check_numbers(entity: Mapping[str, Any]) -> None:
    for name in ("offset", "length"):
        value = entity.get(name)
        if type(value) is not int:  # true is no number
            raise bad(f'field "{name}" must be a valid Number')
        if not 0 <= value <= FAR:
            raise bad(f"receive an entity with incorrect {name} {value}")


def _uncrossed(entities: list[Json], mended: Counter[str]) -> list[Json]:
    """Cut what reaches out of an entity it begins in."""
    around: list[int] = []
    for entity in entities:
        while around and around[-1] <= entity["offset"]:
            around.pop()
        if around and entity["offset"] + entity["length"] > around[-1]:
            mended["entities crossing"] += 1
            entity["length"] = around[-1] - entity["offset"]
        around.append(entity["offset"] + entity["length"])
    return entities


def _clipped(entities: Sequence[Json], start: int, size: int) -> list[Json]:
    """Move entities by what was trimmed before the text, drop what was trimmed with it."""
    if not start and all(entity["offset"] + entity["length"] <= size for entity in entities):
        return list(entities)
    shown = []
    for entity in entities:
        first = max(0, entity["offset"] - start)
        last = min(size, entity["offset"] + entity["length"] - start)
        if first < last:
            shown.append(entity | {"offset": first, "length": last - first})
    return shown


class _Borders:
    """Where a text's entities may begin and end: not beyond it, not inside a surrogate pair."""

    def __init__(self, text: str) -> None:
        self._size = length(text)
        wide = _WIDE.finditer(text) if self._size != len(text) else ()
        # Each wide sign before this one has pushed it on by a unit.
        self._inside = {match.start() + before + 1 for before, match in enumerate(wide)}

    def check(self, offset: int, size: int) -> None:
        """Raise `Refusal`, in TDLib's words."""
        end = offset + size
        if offset >= self._size:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
        if end > self._size:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at"
                f" UTF-16 offset {end}"
            )
        if offset in self._inside:
            raise bad("entity begins in a middle of a UTF-16 symbol")
        if end in self._inside:
            raise bad(
                f"entity beginning at UTF-16 offset {offset} ends in a middle of a UTF-16 symbol"
            )
