"""The buttons a reader says something of a paper with, and how they show what was said. Pure.

One list is sent to thousands alike, so its buttons begin without anybody's marks. A tap puts the
reader's own on the buttons of that message.
"""

from collections.abc import Callable, Collection
from dataclasses import replace

from bot.render.buttons import Row
from bot.render.deep_links import MARK, mark_data
from bot.render.message import MAX_DATA, Button
from core.locale import Sentences
from core.models.feedback import FeedbackKind
from core.models.values import Language

SHORT = (FeedbackKind.LIKE, FeedbackKind.DISLIKE)
"""What stands beside each paper of a list."""
LONG = (
    (FeedbackKind.LIKE, FeedbackKind.DISLIKE, FeedbackKind.SAVED),
    (FeedbackKind.MORE, FeedbackKind.OFF_TOPIC),
)
"""What stands under a deep dive, in rows."""
LABELS = Sentences(
    "feedback_buttons.labels",
    (
        FeedbackKind.LIKE,
        FeedbackKind.DISLIKE,
        FeedbackKind.SAVED,
        FeedbackKind.MORE,
        FeedbackKind.OFF_TOPIC,
    ),
)
CHOSEN = " ✓"
Label = Callable[[FeedbackKind], str]


def under_list(paper_id: str, language: Language) -> Row:
    """Return the buttons beside a paper of a reader's list."""
    return _row(SHORT, paper_id, lambda kind: LABELS[kind](language))


def in_public(paper_id: str, likes: int = 0) -> Row:
    """Return the button under a paper in a group or channel, with its count."""
    return _row((FeedbackKind.LIKE,), paper_id, lambda kind: counted(kind, likes))


def under_dive(paper_id: str, language: Language, own: Collection[FeedbackKind]) -> tuple[Row, ...]:
    """Return the buttons under a deep dive, with the reader's own marks on them."""
    rows = (_row(kinds, paper_id, lambda kind: chosen(kind, language, own)) for kinds in LONG)
    return tuple(row for row in rows if row)


def chosen(kind: FeedbackKind, language: Language, own: Collection[FeedbackKind]) -> str:
    """Return a reader's label."""
    return LABELS[kind](language) + (CHOSEN if kind in own else "")


def counted(kind: FeedbackKind, number: int) -> str:
    """Return everybody's label."""
    return f"{LABELS[kind]('en')} {number}" if number else LABELS[kind]("en")


def relabelled(rows: tuple[Row, ...], paper_id: str, label: Label) -> tuple[Row, ...]:
    """Return a message's buttons with the labels of one paper's marks as they are now."""

    def as_it_is(button: Button) -> Button:
        match = MARK.fullmatch(button.data or "")
        if match is None or match["paper"] != paper_id or match["kind"] not in set(FeedbackKind):
            return button
        return replace(button, text=label(FeedbackKind(match["kind"])))

    return tuple(tuple(map(as_it_is, row)) for row in rows)


def _row(kinds: Collection[FeedbackKind], paper_id: str, label: Label) -> Row:
    """Return the buttons; none for an id that does not fit into one."""
    data = [mark_data(kind, paper_id) for kind in kinds]
    if not all(MARK.fullmatch(text) and len(text.encode()) <= MAX_DATA for text in data):
        return ()
    return tuple(Button(label(kind), data=text) for kind, text in zip(kinds, data, strict=True))
