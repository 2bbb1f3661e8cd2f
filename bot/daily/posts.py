"""What one chat gets of a day: the digest, missed days in one message, or one honest line.

Thousands of chats look at a day alike, so each message is made once per way of looking. Whether a
day is quiet is the same for all; whether it has picks is the reader's question: a lower threshold
of one's own finds some where the digest has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.daily.day_status import DayOutcome, DayStatus
from bot.daily.editions import MISSED, OWN, Editions
from bot.delivery.post import Post
from bot.render.contents import bundle_over, contents, lists_late, quiet_day, sources_down
from bot.render.message import Message
from bot.render.view import View, tailored
from core.models.chat import Chat, ChatKind
from core.models.values import Edition

DIGEST, QUIET, NOTICE = "day:", "quiet:", "notice:"
"""How the ledger's posts of a morning begin."""
_KEPT = 512
_OPEN = {DayStatus.DOWN, DayStatus.LATE}
"""What a day has come to that may still bring an edition."""


@dataclass(frozen=True)
class Silence:
    """A quiet day for a chat that does not want to hear of those."""

    key: str
    day: date


class Posts:
    def __init__(self, editions: Editions, username: str) -> None:
        self._editions = editions
        self._username = username
        self._made: dict[tuple[View, tuple[int, ...]], tuple[list[Edition], Sequence[Message]]] = {}

    async def of(self, chat: Chat, day: date, came: DayOutcome) -> Post | Silence | None:
        """Return what `chat` gets when `day` is owed to it and has come to `came`.

        None when it is too early to say.
        """
        if came.standing is DayStatus.AWAITED:
            return None
        owed = await self._editions.missed(chat, day)
        view = self.view(chat)
        if chat.had_day is not None and chat.had_day >= day:
            # Asked for by hand; whether it really went out then is the ledger's to say.
            edition = await self._editions.of(day, chat)
            if edition is None:
                return None
            return Post(f"{DIGEST}{day}", tuple(self.render([edition], view)), day)
        is_quiet = came.standing is DayStatus.QUIET and _is_without_picks(owed, view)
        if owed and not is_quiet and not _waits(owed, day, came):
            newest = owed[-1].digest.day
            # The day itself is still owed where it may yet come.
            had = newest if came.standing in _OPEN else day
            return Post(f"{DIGEST}{newest}", tuple(self.render(owed, view)), had)
        if came.standing is DayStatus.DOWN:
            message = sources_down(day, came.down, chat.language)
            return Post(f"{NOTICE}{day}", (message,), None)
        if came.standing is DayStatus.LATE:
            message = lists_late(day, came.down, chat.language)
            return Post(f"{NOTICE}{day}", (message,), None)
        if not chat.tells_quiet_days:
            return Silence(f"{QUIET}{day}", day)
        if came.ended is not None:
            message = bundle_over(day, came.ended, chat.language)
        else:
            message = quiet_day(day, came.next_list, chat.language)
        return Post(f"{QUIET}{day}", (message,), day)

    def view(self, chat: Chat) -> View:
        return View(
            language=chat.language,
            username=self._username,
            is_private=chat.kind is ChatKind.PRIVATE,
            top_n=chat.top_n,
            threshold=chat.threshold,
        )

    def render(self, editions: list[Edition], view: View) -> Sequence[Message]:
        """Return the messages that show `editions`, oldest first, made once per view."""
        if any(edition.digest.audience.startswith(OWN) for edition in editions):
            return contents(editions, view)  # nobody else will ask for it
        # By identity: comparing two editions costs as much as rendering one. They are kept along,
        # so that no other can get their address.
        key = (view, tuple(id(edition) for edition in editions))
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.clear()
            self._made[key] = (list(editions), contents(editions, view))
        return self._made[key][1]


def _waits(owed: Sequence[Edition], day: date, came: DayOutcome) -> bool:
    """Whether missed days are told together with `day`, which may still bring an edition.

    Alone they would be a first digest on a morning with a second to come, and pass for the news of
    today. They do not wait beyond the last day on which the oldest of them is told.
    """
    oldest, newest = owed[0].digest.day, owed[-1].digest.day
    last_chance = oldest + timedelta(days=MISSED - 1)
    return came.standing in _OPEN and newest < day < last_chance


def _is_without_picks(owed: Sequence[Edition], view: View) -> bool:
    return not any(tailored(edition, view).digest.picks for edition in owed)
