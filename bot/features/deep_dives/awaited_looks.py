"""Messages that show a reading before its second look: edited once that has been taken.

Each is a row among the promises, so that a restart forgets none. The reader may have turned the
page meanwhile: what is edited in is the page they are on.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.features.deep_dives.promises import SOON, Promises
from bot.features.deep_dives.request import DeepDiveRequest
from bot.render.message import Message
from core.analyze.deep_dives import DeepDives
from core.digest.read import FIRST_PAUSE, LONGEST_PAUSE
from core.llm import CallContext, Urgency
from core.models.values import Focus
from core.store import Promise, ReaderRequest

PATIENCE: Final = timedelta(minutes=2)
"""How long a look is waited for before other promises are kept."""
_KEPT: Final = 1_000
"""Messages whose page is known; after a restart it is the first, as for one that was forgotten."""
Page = Callable[[DeepDiveRequest, int], Awaitable[Message | None]]


@dataclass(eq=False, repr=False)
class AwaitedLooks:
    deep_dives: DeepDives
    promises: Promises
    page: Page
    usual: Focus
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._shown: OrderedDict[tuple[int, int], tuple[DeepDiveRequest, int]] = OrderedDict()

    async def note(self, request: DeepDiveRequest) -> ReaderRequest:
        """Remember that a reading which awaits its second look is about to be shown.

        Before it is: who is forgotten a moment later leaves no row behind.
        """
        row = await self.promises.add(request.wish(self.now(), Promise.LOOK))
        assert isinstance(row, ReaderRequest), "nothing limits it"
        return row

    def shown(self, request: DeepDiveRequest, message_id: int | None) -> None:
        """Hear in which message a reading stands."""
        if message_id is not None:
            self._shown.setdefault((request.address.chat_id, message_id), (request, 0))
            if len(self._shown) > _KEPT:
                self._shown.popitem(last=False)

    def turned(self, request: DeepDiveRequest, message_id: int, number: int) -> None:
        """Hear that a message shows another page now."""
        self.shown(request, message_id)
        self._shown[request.address.chat_id, message_id] = (request, number)

    async def keep(self, row: ReaderRequest, request: DeepDiveRequest) -> None:
        """Look, and edit the message; or try again later. Nothing is sent anew."""
        key = (row.chat_id, row.message_id or 0)
        request, _ = self._shown.get(key, (request, 0))
        context = CallContext(Urgency.RETRY, until=self.now() + PATIENCE)
        work = self.deep_dives.look(request.paper, self.usual, row.language, context)
        dive = await self.promises.closing.unless_closing(work)
        if dive is not None and dive.awaits_look:
            pause = min(FIRST_PAUSE * (row.tries + 1), LONGEST_PAUSE)
            await self.promises.postpone(row, self.now() + max(dive.retry_after or pause, SOON))
            return
        _, number = self._shown.pop(key, (request, 0))
        await self.promises.amend(row, await self.page(request, number))
