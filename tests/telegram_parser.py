"""The judge of what we send: Telegram's own parser (TDLib), and the limits it leaves to the server.

`judge` returns complaints, in the words of Telegram where it has some. The server trims a message
before it looks whether anything is left, and counts UTF-16 units.
"""

import json
import re
from functools import cache
from typing import Any

import tdjson

from bot.render.message import Button, Entity, Message, units
from core.text.visible import visible

MAX_BUTTONS = 100
_KINDS = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "blockquote": "BlockQuote",
    "expandable_blockquote": "ExpandableBlockQuote",
}
_OURS = str.maketrans("", "", "\u200d\ufe0f\u2060")
"""Parts of our own emoji, and what keeps words from being links; else these are cleaned away."""
_SETTLED = frozenset({"code", "pre", "text_link"})
"""Where Telegram looks for nothing."""
_PADDING = " \t\r\n\x00"


def judge(message: Message) -> list[str]:
    """Return what Telegram would refuse about `message`, and what no reader should get."""
    return [
        *_text_complaints(message),
        *_entity_complaints(message),
        *_keyboard_complaints(message),
    ]


def parse(text: str, entities: tuple[Entity, ...]) -> dict[str, Any]:
    """Return what TDLib makes of a text; "@type" is "error" where it refuses it."""
    formatted = {
        "@type": "formattedText",
        "text": text,
        "entities": [_entity(entity) for entity in entities],
    }
    return _execute({"@type": "getMarkdownText", "text": formatted})


def tappable(message: Message) -> list[tuple[str, str]]:
    """Return what Telegram makes tappable by itself: the kind, and the words.

    Times in a text ("12:30") are left out: they lead into a video, and we send none.
    """
    answer = _execute({"@type": "getTextEntities", "text": message.text})
    settled = [
        range(entity.offset, entity.offset + entity.length)
        for entity in message.entities
        if entity.kind in _SETTLED
    ]
    words = message.text.encode("utf-16-le", "surrogatepass")
    found = []
    for entity in answer["entities"]:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        kind = entity["type"]["@type"].removeprefix("textEntityType")
        if kind != "MediaTimestamp" and not any(
            start < span.stop and span.start < end for span in settled
        ):
            found.append((kind, words[2 * start : 2 * end].decode("utf-16-le", "replace")))
    return found


def _text_complaints(message: Message) -> list[str]:
    found = []
    if not message.text.strip(_PADDING):
        found.append("message text is empty")
    if message.text != message.text.strip():
        found.append("the server would trim the text, and so move what is in it")
    if units(message.text) > 4096:
        found.append("message is too long")
    ours = message.text.translate(_OURS)
    if visible(ours) != ours:
        found.append("there are characters nobody sees")
    return found


def _entity_complaints(message: Message) -> list[str]:
    found = []
    if len(message.entities) > 100:
        found.append("more than 100 entities: the server drops the rest")
    if unknown := {entity.kind for entity in message.entities} - set(_KINDS):
        return [*found, f"unknown kinds of entities: {unknown}"]
    for entity in message.entities:
        if (entity.url is not None) != (entity.kind == "text_link"):
            found.append(f"{entity.kind} with url {entity.url}")
        if entity.length <= 0:
            found.append(f"an empty {entity.kind}")
    found += _nesting_complaints(message.entities)
    answer = parse(message.text, message.entities)
    if answer["@type"] == "error":
        found.append(answer["message"])
    return found


def _nesting_complaints(entities: tuple[Entity, ...]) -> list[str]:
    """Return what https://core.telegram.org/bots/api#formatting-options forbids of entities."""
    found = []
    for at, one in enumerate(entities):
        for other in entities[at + 1 :]:
            first, second = sorted((one, other), key=lambda e: (e.offset, -e.length))
            end = first.offset + first.length
            if second.offset >= end:
                continue
            if second.offset + second.length > end:
                found.append(f"{first.kind} and {second.kind} cross")
            if "quote" in one.kind and "quote" in other.kind:
                found.append("a quote in a quote")
    return found


def _keyboard_complaints(message: Message) -> list[str]:
    buttons = [button for row in message.buttons for button in row]
    found = [complaint for button in buttons for complaint in _button_complaints(button)]
    if len(buttons) > MAX_BUTTONS:
        found.append("too many buttons")
    if any(len(row) > 8 for row in message.buttons):
        found.append("more than 8 buttons in a row")
    if not all(message.buttons):
        found.append("an empty row of buttons")
    return found


def _button_complaints(button: Button) -> list[str]:
    found = []
    if not button.text.strip(_PADDING):
        found.append("button text is empty")
    if (button.data is None) == (button.url is None):
        found.append(f"button {button.text!r} must have data or url, not both")
    if button.data is not None and not 1 <= len(button.data.encode()) <= 64:
        found.append("BUTTON_DATA_INVALID")
    if button.url is not None:
        link = parse("x", (Entity("text_link", 0, 1, url=button.url),))
        if link["@type"] == "error" or not re.match("https?://", button.url):
            found.append(f"button url {button.url!r}: {link.get('message')}")
    return found


def _entity(entity: Entity) -> dict[str, Any]:
    kind = _KINDS[entity.kind]
    details: dict[str, Any] = {"@type": f"textEntityType{kind}"}
    if kind == "TextUrl":
        details["url"] = entity.url
    if kind == "Pre" and entity.language:
        details |= {"@type": "textEntityTypePreCode", "language": entity.language}
    return {
        "@type": "textEntity",
        "offset": entity.offset,
        "length": entity.length,
        "type": details,
    }


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    _silence()
    answer: dict[str, Any] = json.loads(tdjson.td_execute(json.dumps(request).encode()) or "{}")
    return answer


@cache
def _silence() -> None:
    quiet = {"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}
    tdjson.td_execute(json.dumps(quiet).encode())
