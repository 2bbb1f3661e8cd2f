"""Counts on the buttons of public messages: shown at once, then together."""

import asyncio

from bot.features.feedback_counts import PAUSE, Edit, FeedbackCounts
from bot.telegram.errors import MessageLost

PLACE = (-1001, 7)


class Rest:
    """Sleeps until told that the pause is over."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self._over.wait()
        self._over.clear()

    async def end(self) -> None:
        """Let the pause be over, and what follows happen."""
        self._over.set()
        for _ in range(5):
            await asyncio.sleep(0)


async def attempt(_name: str, edit: Edit) -> None:
    await edit()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_first_tap_is_shown_at_once_and_a_burst_together() -> None:
    rest, shown = Rest(), []
    counting = FeedbackCounts(rest, attempt)

    def tap(number: int, place: tuple[int, int] = PLACE) -> None:
        async def edit() -> None:
            shown.append((place, number))

        counting.changed(place, edit)

    tap(1)
    await settled()
    assert shown == [(PLACE, 1)]
    for number in range(2, 50):
        tap(number)
    other = (-1002, 7)
    tap(1, other)
    await settled()
    assert shown == [(PLACE, 1), (other, 1)]
    await rest.end()
    assert shown[2:] == [(PLACE, 49)]
    assert set(rest.waits) == {PAUSE}
    await counting.close()


async def test_a_message_that_is_gone_is_no_bug_and_the_next_tap_tries_again() -> None:
    rest, tries = Rest(), []
    counting = FeedbackCounts(rest, attempt)

    async def edit() -> None:
        tries.append(1)
        raise MessageLost("gone")

    counting.changed(PLACE, edit)
    await settled()
    counting.changed(PLACE, edit)
    await rest.end()
    assert len(tries) == 2
    await counting.close()


async def test_after_a_quiet_pause_the_next_tap_is_shown_at_once_again() -> None:
    rest, shown = Rest(), []
    counting = FeedbackCounts(rest, attempt)

    async def edit() -> None:
        shown.append(1)

    counting.changed(PLACE, edit)
    await settled()
    await rest.end()
    counting.changed(PLACE, edit)
    await settled()
    assert len(shown) == 2
    await counting.close()


async def test_a_bug_in_one_edit_is_noted_and_the_next_tap_is_shown() -> None:
    rest, shown, noted = Rest(), [], []

    async def note(name: str, edit: Edit) -> None:
        try:
            await edit()
        except ZeroDivisionError:
            noted.append(name)

    async def broken() -> None:
        raise ZeroDivisionError

    async def edit() -> None:
        shown.append(1)

    counting = FeedbackCounts(rest, note)
    counting.changed(PLACE, broken)
    await settled()
    counting.changed(PLACE, edit)
    await rest.end()
    assert (noted, shown) == (["counting"], [1])
    await counting.close()
