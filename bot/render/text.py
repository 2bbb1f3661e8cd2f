"""Text with entities, built by adding pieces, never by parsing marks.

`Text("...")` holds our own words; whatever comes from outside goes through `plain` (never
interpreted) or, where a model wrote it, `markdown`; both make sure that nothing in them can be
tapped. Offsets are UTF-16 units while Python counts characters, so nothing outside this file does
arithmetic on them.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from telegramify_markdown import convert
from telegramify_markdown.config import RenderConfig

from bot.render.message import MAX_ENTITIES, MAX_UNITS, Entity, units
from core.report.escape import link_target
from core.report.tex import CODE, readable, readable_markdown
from core.text.links import JOINER, inert_but_web
from core.text.visible import one_line, visible

ELLIPSIS: Final = "…"
_MODEL_KINDS = frozenset({"bold", "italic", "strikethrough", "code", "pre"})
"""What a model may emphasise with. Not links: a paper could talk a model into one."""
_CODE = frozenset({"code", "pre"})
_MODEL_LIMIT = 6000
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+(:[0-9]{1,5})?", re.IGNORECASE)
_URL_LIMIT = 1024
_LONGEST_WORD = 24
_SPELLED = re.compile(r"[A-Za-z0-9-]")
_REGIONAL = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_LESS_THAN: Final = "\ue000"
"""Stands for "<" while Markdown is read: `visible` leaves no such character in any text."""


@dataclass(frozen=True)
class Text:
    """Words and the entities in them, outer before inner."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    @cached_property
    def units(self) -> int:
        """Length as Telegram counts it."""
        return units(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def __add__(self, other: "Text") -> "Text":
        shift = self.units
        moved = tuple(replace(entity, offset=entity.offset + shift) for entity in other.entities)
        return Text(self.text + other.text, self.entities + moved)

    def part(self, start: int, end: int) -> "Text":
        """Return the characters from `start` to `end`, with what remains of the entities."""
        first, last = units(self.text[:start]), units(self.text[:end])
        kept = []
        for entity in self.entities:
            begin, stop = max(entity.offset, first), min(entity.offset + entity.length, last)
            if begin < stop:
                kept.append(replace(entity, offset=begin - first, length=stop - begin))
        return Text(self.text[start:end], tuple(kept))

    def stripped(self) -> "Text":
        """Return it without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    def clipped(self, limit: int) -> "Text":
        """Return at most `limit` units, the last one "…" where something was cut off."""
        if self.units <= limit:
            return self
        return self.part(0, _border(self.text, limit - 1)) + Text(ELLIPSIS)

    def sparse(self, most: int) -> "Text":
        """Return it with at most `most` entities: the words stay, emphasis may go."""
        return Text(self.text, self.entities[:most])


def plain(text: str, limit: int = 4000) -> Text:
    """Return outside words as one visible line, clipped, never interpreted, nothing tappable."""
    return Text(inert_but_web(one_line(text))).clipped(limit)


def tex(text: str, limit: int = 4000) -> Text:
    """Return outside words like `plain`, their TeX as characters, or as code."""
    said = plain(readable(text), limit)
    if "\\" not in text and "$" not in text:
        return said
    parts = map(Text, CODE.split(said.text))
    return join("", (_wrapped("code", part) if n % 2 else part for n, part in enumerate(parts)))


def bold(text: Text) -> Text:
    """Return `text` in bold."""
    return _wrapped("bold", text)


def code(text: str) -> Text:
    """Return outside words in a typewriter's letters; a tap copies them."""
    return _wrapped("code", plain(text))


def link(label: Text, url: str | None) -> Text:
    """Return `label` as a link; just the label where `url` is no web address Telegram takes."""
    target = web_address(url)
    return _wrapped("text_link", label, url=target) if target else label


def quote(text: Text, *, expandable: bool = False) -> Text:
    """Return `text` as a block; an expandable one shows three lines until it is tapped."""
    return _wrapped("expandable_blockquote" if expandable else "blockquote", text)


def lines(*parts: Text) -> Text:
    """Return `parts` below each other, without the empty ones."""
    return join("\n", parts)


def join(separator: str, parts: Iterable[Text]) -> Text:
    """Return `parts` with `separator` between them, without the empty ones."""
    kept = [part for part in parts if part]
    entities: list[Entity] = []
    shift, gap = 0, units(separator)
    for part in kept:
        entities += (replace(entity, offset=entity.offset + shift) for entity in part.entities)
        shift += part.units + gap
    return Text(separator.join(part.text for part in kept), tuple(entities))


def fits(text: Text) -> bool:
    """Return whether `text` is one message."""
    return text.units <= MAX_UNITS and len(text.entities) <= MAX_ENTITIES


def markdown(text: str) -> Text:
    """Return a model's Markdown as text: tables laid out, formulas in Unicode, no links."""
    source = readable_markdown(visible(text)[:_MODEL_LIMIT].strip()).replace("<", _LESS_THAN)
    converted, found = convert(source, config=_SYMBOLS)
    converted = converted.replace(_LESS_THAN, "<")
    if visible(converted) != converted:  # "&#8238;" is written with visible characters
        return _inert(Text(visible(converted).strip())) or plain(text)
    entities = [
        Entity(found_.type, found_.offset, found_.length, language=_language(found_.language))
        for found_ in found
        if found_.type in _MODEL_KINDS
    ]
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    # A statement of nothing but marks is left as it was written.
    return _inert(Text(converted, tuple(dict.fromkeys(entities))).stripped()) or plain(text)


def web_address(url: str | None) -> str | None:
    """Return `url` where Telegram takes it as a link, else None."""
    target = link_target(url or "")
    if not target or len(target) > _URL_LIMIT:
        return None
    return target if _HOST.fullmatch(urlsplit(target).netloc) else None


def _inert(text: Text) -> Text:
    """Return `text` with nothing tappable in it; in code nothing is, and code is to be copied."""
    code = [(e.offset, e.offset + e.length) for e in text.entities if e.kind in _CODE]
    *pieces, last = inert_but_web(text.text).split(JOINER)
    kept, places, here = list[str](), list[int](), 0
    for piece in pieces:
        here += units(piece)
        kept.append(piece)
        if not any(start < here < end for start, end in code):
            kept.append(JOINER)
            places.append(here)
    return Text("".join([*kept, last]), tuple(_moved(e, places) for e in text.entities))


def _moved(entity: Entity, places: Sequence[int]) -> Entity:
    """Return an entity of a text that got one unit more at each of `places`."""
    end = entity.offset + entity.length
    start = entity.offset + bisect_right(places, entity.offset)
    return replace(entity, offset=start, length=end + bisect_left(places, end) - start)


def _wrapped(kind: str, text: Text, *, url: str | None = None) -> Text:
    if not text.text.strip():
        return text
    return Text(text.text, (Entity(kind, 0, text.units, url=url), *text.entities))


def _symbols() -> RenderConfig:
    """Return how lists look: a heading inside a statement is bold, and that is enough."""
    config = RenderConfig.isolated()
    symbol = config.markdown_symbol
    symbol.unordered_list_item = "–"
    for level in range(1, 7):
        setattr(symbol, f"heading_level_{level}", "")
    return config


_SYMBOLS = _symbols()


def _language(name: str | None) -> str | None:
    return name if name and re.fullmatch(r"[A-Za-z0-9+#-]{1,20}", name) else None


def _border(text: str, limit: int) -> int:
    """Return how many characters of `text` to keep so that at most `limit` units remain.

    Never inside what is seen as one character, and not inside a word if one ends nearby.
    """
    room, end = limit, 0
    for character in text:
        room -= 2 if ord(character) > 0xFFFF else 1
        if room < 0:
            break
        end += 1
    while 0 < end < len(text) and _is_one_symbol(text, end):
        end -= 1
    if _SPELLED.match(text[end : end + 1]) and _SPELLED.match(text[end - 1 : end]):
        space = text.rfind(" ", max(0, end - _LONGEST_WORD), end)
        end = space if space > 0 else end
    return len(text[:end].rstrip())


def _is_one_symbol(text: str, at: int) -> bool:
    """Return whether the characters around `at` are seen as one: accents, skin tones, flags."""
    here = text[at]
    if unicodedata.category(here).startswith("M") or ord(here) in _SKIN_TONES:
        return True
    if ord(here) in _REGIONAL:
        before = takewhile(lambda c: ord(c) in _REGIONAL, reversed(text[:at]))
        return sum(1 for _ in before) % 2 == 1
    return False
