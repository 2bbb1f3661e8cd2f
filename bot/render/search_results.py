"""Search results, paged in one message.

The pages' buttons hold only a number, for 64 bytes are too few for words: the words are read back
from the message's own first line. Searching must be done with `query_of(words)`, the very words
that line shows, or the second page is of another search.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from bot.render import buttons
from bot.render import paper as parts
from bot.render import words as chat
from bot.render.message import Button, Message
from bot.render.text import Text, bold, join, lines, plain
from core.fetch import sources
from core.locale.phrases import listed_in
from core.models.values import Language, Paper
from core.text.visible import one_line

PAGE_SIZE: Final = 8
FIND = re.compile(r"find:(?P<page>[0-9]{1,4})")
_MARK = "🔎 "
_QUERY_LIMIT = 200
_TITLE_LIMIT = 200
_WIDTH = 4
NO_HEADLINES: Final[Mapping[str, str]] = MappingProxyType({})


class Results(Protocol):
    """A page of search results."""

    @property
    def total(self) -> int:
        """How many there are on all pages."""

    @property
    def hits(self) -> Sequence[Paper]:
        """The papers of this page, best first."""


def found(
    words: str,
    found: Results,
    page: int,
    language: Language,
    *,
    instead: str | None = None,
    left_out: Sequence[str] = (),
    headlines: Mapping[str, str] = NO_HEADLINES,
) -> Message:
    """Return page `page` (from 0) of what was found for `words`, or for others `instead`.

    Nothing of it is about what was `left_out`; `headlines` say what papers did, by id.
    """
    asked = bold(Text(_MARK) + plain(query_of(words)))
    if left_out:
        named = plain(listed_in(language, left_out), _QUERY_LIMIT).text
        asked = lines(asked, Text(chat.say("left_out_words", language, words=named)))
    if not found.hits:
        nothing = "found_page" if found.total else "nothing_found"
        text = join("\n\n", (asked, Text(chat.say(nothing, language))))
        return Message(text.text, text.entities, _turning(found.total, page))
    hits = list(enumerate(found.hits[:PAGE_SIZE], start=page * PAGE_SIZE + 1))
    listed = (_hit(number, paper, headlines.get(paper.id, ""), language) for number, paper in hits)
    head = [asked, _count(found.total, page, language)]
    if instead is not None:
        said = chat.say("found_as", language, words=plain(instead, _QUERY_LIMIT).text)
        head.insert(1, Text(said))
    text = join("\n\n", (lines(*head), *listed))
    opening = (buttons.opens_here(number, paper) for number, paper in hits)
    rows = (*buttons.rows(opening, _WIDTH), *_turning(found.total, page))
    return Message(text.text, text.entities, rows)


def query_of(words: str) -> str:
    """Return the words to search for: one visible line, not longer than a line can show."""
    line = one_line(words)
    while line.startswith(_MARK.strip()):  # pasted from such a message
        line = line.removeprefix(_MARK.strip()).strip()
    return Text(line).clipped(_QUERY_LIMIT).text.removesuffix("…").strip()


def words_of(message_text: str) -> str | None:
    """Return the words a message of results was made for; None for another message."""
    first, _, _ = message_text.partition("\n")
    return (one_line(first.removeprefix(_MARK)) or None) if first.startswith(_MARK) else None


def search_data(page: int) -> str:
    """Return the data of a button that turns to a page (from 0) of the results it stands under."""
    return f"find:{page}"


def pages_of(total: int) -> int:
    """Return how many pages so many results fill."""
    return max(1, -(-total // PAGE_SIZE))


def _count(total: int, page: int, language: Language) -> Text:
    if total <= 1:
        return Text(chat.say("found_one", language))
    said = chat.say("found", language, total=total, page=page + 1, pages=pages_of(total))
    return Text(said)


def _hit(number: int, paper: Paper, headline: str, language: Language) -> Text:
    day = paper.listed or paper.published
    names = map(sources.label_of, paper.sources)
    return lines(
        Text(f"{number}. ") + parts.listed(paper, language, _TITLE_LIMIT),
        parts.headline(headline),
        parts.facts(Text(day.isoformat() if day else ""), plain(" + ".join(names), 60)),
    )


def _turning(total: int, page: int) -> tuple[buttons.Row, ...]:
    pages = pages_of(total)
    row = []
    if 0 < page <= pages:
        row.append(Button("‹", data=search_data(page - 1)))
    if page + 1 < pages:
        row.append(Button("›", data=search_data(page + 1)))
    return (tuple(row),) if row else ()
