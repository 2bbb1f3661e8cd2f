"""A deep dive as the HTML of a rich message (Bot API 10.1 and later): headings and folded parts.

An option, off by default: older clients show nothing but "not supported". The same words as
`dive`, from the same functions; here the whole reading is one message. Everything is escaped, the
tags are ours alone.
"""

from collections.abc import Iterator
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.render import paper as parts
from bot.render import words as chat
from bot.render.deep_dive import (
    conclusion,
    fact_texts,
    headline,
    nothing,
    reason,
    results,
    source_lines,
    statements,
)
from bot.render.message import Entity
from bot.render.text import Text, link
from core.models.values import Language, Paper, ScoredPaper
from core.report import words

if TYPE_CHECKING:  # `DeepDives` brings the database and the network with it
    from core.analyze.deep_dives import DeepDive

LIMIT: Final = 32_768
"""Of a rich message's length. We count bytes: nobody says which characters are meant."""
_AMOUNTS = ((12, 1200), (12, 600), (12, 250), (6, 100))
"""Statements in a section and the length of one, until it fits."""
_TAGS = {"bold": "b", "italic": "i", "strikethrough": "s", "code": "code", "pre": "pre"}


def rich_html(
    paper: Paper, dive: "DeepDive", language: Language, scored: ScoredPaper | None = None
) -> str:
    """Return the HTML; with fewer and shorter statements where it would be too long."""
    html = ""
    for amount in _AMOUNTS:
        html = "\n".join(_blocks(paper, dive, language, scored, amount))
        if len(html.encode()) <= LIMIT:
            break
    return html


def html_of(text: Text) -> str:
    """Return `text` as HTML, its entities as tags; they nest, for `Text` is built by wrapping."""
    opening: dict[int, list[Entity]] = {}
    for entity in text.entities:
        opening.setdefault(entity.offset, []).append(entity)
    html, ends, offset = [], list[tuple[int, str]](), 0
    for character in text.text:
        while ends and ends[-1][0] <= offset:
            html.append(f"</{ends.pop()[1]}>")
        for entity in opening.get(offset, ()):
            tag = "a" if entity.kind == "text_link" else _TAGS[entity.kind]
            html.append(f'<a href="{escape(entity.url or "")}">' if tag == "a" else f"<{tag}>")
            ends.append((entity.offset + entity.length, tag))
        is_break = character == "\n" and all(tag != "pre" for _, tag in ends)
        html.append("<br/>" if is_break else escape(character))
        offset += 2 if ord(character) > 0xFFFF else 1
    html += [f"</{tag}>" for _, tag in reversed(ends)]
    return "".join(html)


def _blocks(
    paper: Paper,
    dive: "DeepDive",
    language: Language,
    scored: ScoredPaper | None,
    amount: tuple[int, int],
) -> Iterator[str]:
    yield f"<h2>{html_of(parts.title(paper))}</h2>"
    score = parts.score(scored, language) if scored else Text()
    yield from _paragraph(
        parts.facts(score, parts.badges(paper), parts.code(paper, language)),
        headline(dive, scored),
        reason(scored, language),
        *source_lines(dive, language),
    )
    for number, (field, heading) in enumerate(words.SECTIONS):
        listed = _list(dive, field, language, amount)
        name = escape(words.headed(heading, field, dive.analysis.kind, language))
        if number:
            yield f"<details><summary>{name}</summary>{listed}</details>"
        else:
            yield f"<h3>{name}</h3>{listed}"
            yield from _block("results", results(dive.analysis, language), language)
    yield from _block("facts", fact_texts(paper, dive.analysis, language), language)
    project = link(Text(chat.say("project", language)), paper.project_url)
    yield from _paragraph(project if project.entities else Text(), conclusion(dive, language))


def _block(key: str, texts: Iterator[Text], language: Language) -> Iterator[str]:
    items = "".join(f"<li>{html_of(text.clipped(300))}</li>" for text in islice(texts, 6))
    if items:
        yield f"<h3>{escape(words.say(key, language))}</h3><ul>{items}</ul>"


def _paragraph(*texts: Text) -> Iterator[str]:
    yield from (f"<p>{html_of(text)}</p>" for text in texts if text)


def _list(dive: "DeepDive", field: str, language: Language, amount: tuple[int, int]) -> str:
    count, limit = amount
    stated = islice(statements(dive, field, language, limit), count)
    items = [f"<li>{html_of(text)}</li>" for text in stated]
    if not items:
        return f"<p>{html_of(nothing(dive, field, language))}</p>"
    return f"<ul>{''.join(items)}</ul>"
