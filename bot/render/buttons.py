"""Buttons that open papers and pages, laid out in even rows.

A button whose data or link Telegram would not take, or the bot would not understand when it comes
back, is left out: a message with one button less is better than none.
"""

from collections.abc import Iterable, Sequence

from bot.render import words as chat
from bot.render.deep_links import (
    OPEN,
    PAGE,
    RENEW,
    deep_link,
    open_data,
    page_data,
    paper_of_start,
    renew_data,
    start_parameter,
)
from bot.render.message import MAX_DATA, Button
from bot.render.text import web_address
from bot.render.view import View
from core.models.values import Paper

PRIVATE_WIDTH = 5
LINKS_WIDTH = 3

Row = tuple[Button, ...]


def opens_here(number: int, paper: Paper) -> Button | None:
    """Return the button that opens a paper's deep dive in this chat."""
    return opens(f"📖 {number}", paper)


def opens(label: str, paper: Paper) -> Button | None:
    """Return a button that opens a paper's deep dive in this chat."""
    data = open_data(paper.id)
    return Button(label, data=data) if _is_known(OPEN.fullmatch(data), data) else None


def opens_in_private(number: int, paper: Paper, view: View) -> Button | None:
    """Return the link that opens a paper's deep dive in the reader's own chat with the bot."""
    if paper_of_start(start_parameter(paper.id)) != paper.id or not view.username:
        return None
    label = f"📖 {number} · {chat.say('read', view.language)}"
    return Button(label, url=deep_link(view.username, paper.id))


def turning(paper: Paper, page: int, pages: int, *, first: int = 0) -> Row:
    """Return ‹ 2/3 ›; the page's own number changes nothing when tapped.

    `first` is the number of the run's first page in the whole message.
    """
    wanted = [
        ("‹", page - 1) if page else None,
        (f"{page + 1}/{pages}", page),
        ("›", page + 1) if page + 1 < pages else None,
    ]
    return _pages(paper, [(text, first + to) for text, to in filter(None, wanted)])


def jump(paper: Paper, page: int, label: str) -> Row:
    """Return a button to a page of the same message."""
    return _pages(paper, [(label, page)])


def _pages(paper: Paper, wanted: Sequence[tuple[str, int]]) -> Row:
    row = [Button(text, data=page_data(paper.id, to)) for text, to in wanted]
    is_known = all(_is_known(PAGE.fullmatch(button.data or ""), button.data) for button in row)
    return tuple(row) if is_known else ()


def renews(paper: Paper, label: str) -> Row:
    """Return the button that has the newest version read."""
    data = renew_data(paper.id)
    return (Button(label, data=data),) if _is_known(RENEW.fullmatch(data), data) else ()


def leads_to(label: str, url: str | None) -> Button | None:
    """Return a button to a web page; None where Telegram would not take its address."""
    target = web_address(url)
    return Button(label, url=target) if target else None


def rows(buttons: Iterable[Button | None], width: int) -> tuple[Row, ...]:
    """Return the buttons there are in rows of at most `width`, as even as can be."""
    there = [button for button in buttons if button is not None]
    if not there:
        return ()
    count = -(-len(there) // width)
    size = -(-len(there) // count)
    return _sliced(there, size)


def _sliced(buttons: Sequence[Button], size: int) -> tuple[Row, ...]:
    return tuple(tuple(buttons[at : at + size]) for at in range(0, len(buttons), size))


def _is_known(match: object, data: str | None) -> bool:
    return match is not None and len((data or "").encode()) <= MAX_DATA
