"""Buttons under a deep dive: a reader's own marks in private, everybody's count elsewhere."""

from dataclasses import replace

from bot.render.feedback_buttons import in_public, under_dive
from bot.render.message import Message
from core.models.feedback import FeedbackKind
from core.models.values import Language
from core.store.audience.feedback import Feedback


async def with_taps(
    feedback: Feedback, page: Message, paper_id: str, chat_id: int, language: Language
) -> Message:
    if chat_id > 0:  # a user: groups and channels count below zero
        rows = under_dive(paper_id, language, await feedback.on(chat_id, paper_id))
    else:
        counts = (await feedback.counts([paper_id])).get(paper_id, {})
        row = in_public(paper_id, counts.get(FeedbackKind.LIKE, 0))
        rows = (row,) if row else ()
    return replace(page, buttons=(*page.buttons, *rows))
