"""Keeps the long-lived tasks going: receiving, the morning's steps, counting, telling.

Each is a short action that is done again and again. Whatever ends an action is noted and the
action is tried again after a pause that grows; none of them can end another one or the process.
A trouble is a state: one line in the log and one message to the administrators when it begins,
one more when it is over, however many tries lie between.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram.error import RetryAfter

from bot.features.administrators import Administrators
from bot.process.task_errors import Hung, TaskError, trouble_of
from bot.telegram.outcomes import wait_of
from core.locale import ELSE, Sentence, Sentences
from core.models.errors import StoreUnavailable
from core.models.values import Language

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=30)
LONGEST_ASKED = timedelta(hours=1)
"""The longest wait that Telegram may ask for before it is tried all the same."""
LIMIT = timedelta(minutes=5)
"""For an action that does not say how long it may take."""
AGAIN = timedelta(hours=1)
"""A trouble that comes and goes is told once in so long."""
LOOK = 60.0
"""Seconds until it is tried again to tell what nobody could be told."""
NAMES = Sentences("supervisor.names")
BEGAN = Sentence("supervisor.began")
OVER = Sentence("supervisor.over")
DATABASE = "database"
"""Whatever it ends is the trouble of none of them."""
Action = Callable[[], Awaitable[object]]


@dataclass
class _State:
    """A task's trouble, from its first failure until it was said that it is over."""

    trouble: TaskError
    since: datetime
    over: datetime | None = None
    is_told: bool = False
    """Its present kind."""
    was_told: bool = False
    """Any kind, so that its end must be told as well."""


@dataclass(eq=False, repr=False, kw_only=True)
class Supervisor:
    """`clean` takes secrets out of what is told."""

    administrators: Administrators
    language: Language
    now: Callable[[], datetime]
    clean: Callable[[str], str] = str
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def __post_init__(self) -> None:
        self._states: dict[str, _State] = {}
        self._logged: dict[tuple[str, str], datetime] = {}
        self._told: dict[tuple[str, str], datetime] = {}
        self._news = asyncio.Event()
        self.outage = asyncio.Event()
        """Set when the database has failed; cleared by who finds that it is back."""

    async def repeat(
        self,
        name: str,
        action: Action,
        *,
        every: timedelta | None,
        limit: timedelta = LIMIT,
    ) -> None:
        """Do `action` for ever, `every` so often; None: until it succeeds once.

        After a failure it is done again soon, and each time later, up to `LONGEST_PAUSE`.
        """
        failures = 0
        while True:
            error = await self.attempt(name, action, limit=limit)
            if error is not None:
                wait = _pause(error, failures)
                failures += 1
            elif every is None:
                return
            else:
                failures, wait = 0, every
            await self.sleep(wait.total_seconds())

    async def attempt(
        self, name: str, action: Action, *, limit: timedelta = LIMIT
    ) -> BaseException | None:
        """Do `action` once within `limit`, note how it went; return what ended it, if anything."""
        task = asyncio.ensure_future(action())
        try:
            await asyncio.wait({task}, timeout=limit.total_seconds())
            if not task.done():
                hung = Hung(f"{limit}")
                self._failed(name, hung)
                task.cancel()
                await asyncio.wait({task})  # there are never two of one
                return hung
        finally:
            task.cancel()
            await asyncio.wait({task})
        error = Hung("cancelled") if task.cancelled() else task.exception()
        if error is None:
            self._went_well(name)
        else:
            self._failed(name, error)
        return error

    def note_outage(self, error: StoreUnavailable) -> None:
        """Hear that the database failed outside of any task."""
        self._failed(DATABASE, error)

    async def tell(self) -> None:
        """Wait for news, then tell the administrators; an action to be repeated."""
        try:
            async with asyncio.timeout(LOOK):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        for name, state in list(self._states.items()):
            await (self._tell_begin(name, state) if state.over is None else self._end(name, state))

    def _failed(self, name: str, error: BaseException) -> None:
        if isinstance(error, StoreUnavailable):
            name = DATABASE
            self.outage.set()
        trouble, now = trouble_of(error), self.now()
        state = self._states.setdefault(name, _State(trouble, now))
        state.over = None
        if state.trouble.kind != trouble.kind:
            state.trouble, state.is_told = trouble, False
        key = (name, trouble.kind)
        if key not in self._logged or now - self._logged[key] >= AGAIN:
            self._logged[key] = now
            level = logging.ERROR if trouble.is_bug else logging.WARNING
            trace = error if trouble.is_bug else None
            logger.log(level, "%s: %s; tried again", name, trouble.words(ELSE), exc_info=trace)
        self._news.set()

    def _went_well(self, name: str) -> None:
        state = self._states.get(name)
        if state is None or state.over is not None:
            return
        state.over = self.now()
        logger.info("%s: well again (was: %s)", name, state.trouble.words(ELSE))
        self._news.set()

    async def _tell_begin(self, name: str, state: _State) -> None:
        is_lasting = self.now() - state.since >= state.trouble.patience
        if state.is_told or not is_lasting or not self._may_be_told(name, state):
            return
        if await self._say(name, BEGAN, state):
            state.is_told = state.was_told = True

    async def _end(self, name: str, state: _State) -> None:
        """Tell that it is over: also of what was over before anybody could be reached."""
        assert state.over is not None
        was_lasting = state.over - state.since >= state.trouble.patience
        is_owed = state.was_told or (was_lasting and self._may_be_told(name, state))
        if is_owed and not await self._say(name, OVER, state):
            return
        if state.over is not None:  # or it began again meanwhile
            del self._states[name]

    def _may_be_told(self, name: str, state: _State) -> bool:
        last = self._told.get((name, state.trouble.kind))
        return last is None or self.now() - last >= AGAIN

    async def _say(self, name: str, words: Sentence, state: _State) -> bool:
        text = words(
            self.language,
            name=NAMES[name](self.language),
            words=self.clean(state.trouble.words(self.language)),
            since=f"{state.since:%m-%d %H:%M} UTC",
            until=f"{state.over or self.now():%m-%d %H:%M} UTC",
        )
        key, again = f"task:{name}:{state.trouble.kind}", AGAIN
        if words is OVER:
            key, again = f"{key}:over", timedelta(0)
        is_said = await self.administrators.say_once(key, text, again_after=again)
        if is_said:
            self._told[name, state.trouble.kind] = self.now()
        return is_said


def _pause(error: BaseException, failures: int) -> timedelta:
    """Return how long to wait: what Telegram asks for, else more with each failure."""
    if isinstance(error, RetryAfter):
        return min(max(FIRST_PAUSE, wait_of(error)), LONGEST_ASKED)
    if isinstance(error, StoreUnavailable):
        return FIRST_PAUSE  # it passes at once, and the morning should not wait longer than that
    return min(FIRST_PAUSE * (1 << min(failures, 16)), LONGEST_PAUSE)
