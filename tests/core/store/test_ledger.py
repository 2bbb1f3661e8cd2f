"""The ledger as a state machine: two processes on one file, crashes, and a clock that moves."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.store import Begin, Change, Finish, GiveUp, Release, Store, open_store
from tests.core.store.samples import NOON

LEASE = timedelta(seconds=60)

processes = st.integers(0, 1)
messages = st.tuples(st.integers(-2, -1), st.integers(0, 1))
"""Chat and part."""
waits = st.sampled_from([0, 1, 30, 60, 90])


class Senders(RuleBasedStateMachine):
    """Two processes that send. One that dies just says nothing more of its attempts."""

    loop: asyncio.Runner
    stores: list[Store]

    def __init__(self) -> None:
        super().__init__()
        self.post = uuid4().hex  # each example its own, in one file
        self.now = NOON
        self.under_way: list[tuple[int, Begin]] = []
        """Who holds which attempt and has not said how it ended."""
        self.left_lying: list[Begin] = []
        self.finished: set[tuple[int, int]] = set()
        self.arrived: dict[tuple[int, int], int] = {}
        """The first message of each."""
        self.sent = 0

    @rule(process=processes, wanted=st.lists(messages, min_size=1, max_size=4))
    def begin(self, process: int, wanted: list[tuple[int, int]]) -> None:
        begins = [Begin(chat, self.post, part, self.now, self.now + LEASE) for chat, part in wanted]
        for change, may_go in zip(begins, self._apply(process, *begins), strict=True):
            if may_go:
                assert (change.chat_id, change.part) not in self.finished
                assert not self._may_be_sending(change.chat_id, change.part)
                self.under_way.append((process, change))

    @rule(seconds=waits)
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(process=processes)
    def die(self, process: int) -> None:
        self.left_lying += [change for owner, change in self.under_way if owner == process]
        self.under_way = [item for item in self.under_way if item[0] != process]

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        process, of = self._ended(data)
        self.sent += 1
        self._apply(process, Finish(of.chat_id, of.post, of.part, self.now, self.sent, "print"))
        self.finished.add((of.chat_id, of.part))
        self.arrived.setdefault((of.chat_id, of.part), self.sent)

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), seconds=waits, unsure=st.booleans())
    def hand_back(self, data: st.DataObject, seconds: int, unsure: bool) -> None:
        process, of = self._ended(data)
        not_before = self.now + timedelta(seconds=seconds)
        self._apply(
            process,
            Release(of.chat_id, of.post, of.part, not_before, unsure, lease_until=of.lease_until),
        )

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        process, of = self._ended(data)
        self._apply(process, GiveUp(of.chat_id, of.post, of.part, self.now, "refused"))
        self.finished.add((of.chat_id, of.part))

    @invariant()
    def what_was_sent_stays_sent(self) -> None:
        rows = self.loop.run(self.stores[0].deliveries.sent(self.post))
        assert {(row.chat_id, row.part): row.message_id for row in rows} == self.arrived

    def _ended(self, data: st.DataObject) -> tuple[int, Begin]:
        """Take an attempt; its lease may be over, and somebody else may be trying meanwhile."""
        return self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))

    def _may_be_sending(self, chat_id: int, part: int) -> bool:
        attempts = [*self.left_lying, *(change for _, change in self.under_way)]
        return any(
            (of.chat_id, of.part) == (chat_id, part) and of.lease_until > self.now
            for of in attempts
        )

    def _apply(self, process: int, *changes: Change) -> list[bool]:
        return self.loop.run(self.stores[process].deliveries.apply(changes))


@pytest.fixture
def senders(path: Path) -> Iterator[type[Senders]]:
    async def opened(closing: AsyncExitStack) -> list[Store]:
        url = f"sqlite:///{path}"
        return [
            await closing.enter_async_context(open_store(url, now=lambda: NOON)) for _ in range(2)
        ]

    closing = AsyncExitStack()
    with asyncio.Runner() as loop:
        stores = loop.run(opened(closing))
        try:
            yield type("Opened", (Senders,), {"loop": loop, "stores": stores})
        finally:
            loop.run(closing.aclose())


def test_no_two_send_the_same_at_once_and_nothing_sent_is_sent_again(
    senders: type[Senders],
) -> None:
    # Not made smaller when it fails: fifteen steps can be read, and each is a commit to a file.
    few = settings(max_examples=25, stateful_step_count=15, phases=[Phase.generate])
    run_state_machine_as_test(senders, settings=few)  # type: ignore[no-untyped-call]
