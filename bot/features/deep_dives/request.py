"""What somebody who wants to read a paper asks for."""

from dataclasses import dataclass
from datetime import datetime

from bot.telegram.messenger import ChatAddress
from core.models.chat import Chat
from core.models.values import Focus, Language, Paper, ScoredPaper
from core.score.clusters import canonical
from core.store import Promise, ReaderRequest


@dataclass(frozen=True)
class DeepDiveRequest:
    paper: Paper
    address: ChatAddress
    person: int
    language: Language
    scored: ScoredPaper | None = None
    """Its score and reason, where it is in the reader's list."""
    focus: Focus | None = None
    """What the reader wants, where that is not what the digest is for."""
    reply_to: int | None = None
    is_fresh: bool = False
    """The newest version is wanted, though an older one was read."""
    is_exempt: bool = False
    """No limits: an administrator."""

    def wish(
        self, now: datetime, kind: Promise, *, words: str | None = None, costs: bool = False
    ) -> ReaderRequest:
        """Return the row in which it is kept."""
        return ReaderRequest(
            self.address.chat_id,
            self.person,
            self.language,
            now,
            paper_id=self.paper.id,
            kind=kind,
            words=words,
            thread_id=self.address.thread_id,
            costs=costs,
        )


def own_focus(chat: Chat | None, usual: Focus) -> Focus | None:
    """Return what a chat wants; None when that is what the digest is for (`usual`)."""
    if chat is None or not chat.is_personal:
        return None
    focus = chat.focus(usual)
    return None if canonical(focus) == canonical(usual) else focus
