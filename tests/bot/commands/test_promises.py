"""What was promised is kept when its process dies: by the next one, or by another that lives."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.features.broadcasts import Broadcasts
from bot.features.deep_dives.promises import LEASE, MOST_LOSSES
from bot.render.message import Button, Message
from bot.telegram.errors import MayBeSent
from bot.telegram.messenger import ChatAddress
from core.digest.read import PROMISED
from tests.bot.commands.conftest import (
    ADMIN,
    CHEN,
    PICKS,
    Stage,
    beside,
    buttons_of,
    opened,
    publish,
    until,
)
from tests.bot.commands.test_reading import promised
from tests.bot.conftest import Telegram
from tests.core.store.samples import exported
from tests.servers.gemini import ANSWER
from tests.servers.papers import Services

QUESTION = "用了什么数据？"


def hang_once(sources: Services) -> asyncio.Event:
    """Let the first answer of the model wait, as for a process that hangs or is killed."""
    release, asked = asyncio.Event(), []

    async def pause(question: str, _seconds: float) -> None:
        asked.append(question)
        if len(asked) == 1:
            await release.wait()

    sources.gemini.pause = pause
    return release


def edits(stage: Stage, message: dict[str, Any]) -> list[str]:
    """Return what a message was edited into, one after the other."""
    calls = stage.telegram.world.record.of("editMessageText")
    return [str(call["text"]) for call in calls if int(call["message_id"]) == message["message_id"]]


@pytest.mark.parametrize(
    ("text", "becomes"), [(f"/ask {PICKS[0]} {QUESTION}", ANSWER), (f"/paper {PICKS[0]}", "⏱")]
)
async def test_what_a_hanging_process_promised_is_kept_by_one_that_lives_and_said_once(
    stage: Stage, sources: Services, text: str, becomes: str
) -> None:
    release = hang_once(sources)
    [message] = await stage.say(text)
    await until(lambda: sources.gemini.requests)
    async with beside(stage) as other, beside(stage) as third:
        await other.run_pending()
        assert edits(stage, message) == [], "it may still come"
        stage.clock.now += LEASE + timedelta(minutes=1)
        await asyncio.gather(other.run_pending(), third.run_pending())
        assert becomes in stage.shown(message)["text"]
        release.set()  # the first one wakes up, and finds that it has been done
        await until(lambda: not stage.services.deep_dives.promises.under_way)
        assert len(edits(stage, message)) == 1
        assert sum("上面这条消息里" in said for said in stage.telegram.world.texts(CHEN)) == 1
        assert await promised(stage) == []


async def test_a_question_of_a_stopped_process_is_answered_by_the_next(
    telegram: Telegram, tmp_path: Path, sources: Services
) -> None:
    release = hang_once(sources)
    async with opened(telegram, tmp_path, sources) as stage:
        await publish(stage.core)
        [message] = await stage.say(f"/ask {PICKS[0]} {QUESTION}")
        await until(lambda: sources.gemini.requests)
    assert "机器人正在重启" in stage.shown(message)["text"]
    release.set()
    async with opened(telegram, tmp_path, sources) as stage:
        await stage.services.deep_dives.run_pending()
        shown = stage.shown(message)["text"]
        assert ANSWER in shown
        assert QUESTION in shown
        export = await exported(stage.core.store.personal, CHEN)
        assert QUESTION not in str(export)


async def test_who_works_keeps_the_lease(stage: Stage, sources: Services) -> None:
    release = hang_once(sources)
    passed = asyncio.Event()
    promises = stage.services.deep_dives.promises

    async def sleep(seconds: float) -> None:
        stage.clock.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)
        if stage.clock.now > began + 3 * LEASE:
            passed.set()
            await asyncio.Event().wait()

    began, promises.sleep = stage.clock.now, sleep
    [message] = await stage.say(f"/ask {PICKS[0]} {QUESTION}")
    await passed.wait()
    async with beside(stage) as other:
        await other.run_pending()
        assert edits(stage, message) == []
    release.set()
    await stage.becomes(message, ANSWER)


async def test_what_costs_a_process_each_time_is_given_up_honestly(
    stage: Stage, sources: Services
) -> None:
    release = hang_once(sources)
    [message] = await stage.say(f"/paper {PICKS[0]}")
    await until(lambda: sources.gemini.requests)
    (row,) = await stage.core.store.requests.open()
    for number in range(MOST_LOSSES - 1):
        stage.clock.now += LEASE
        until_then = stage.clock.now + LEASE
        claim = stage.core.store.requests.claim
        assert await claim(row.number, f"{number}", now=stage.clock.now, until=until_then)
    stage.clock.now += LEASE
    async with beside(stage) as other:
        await other.run_pending()
    shown = stage.shown(message)
    assert "没能完成" in shown["text"]
    assert buttons_of(shown) == ["🔁 再试一次"]
    release.set()
    await until(lambda: not stage.services.deep_dives.promises.under_way)
    assert len(edits(stage, message)) == 1
    await stage.tap(shown, "🔁 再试一次")
    [again] = await stage.telegram.answers(CHEN, since=1)
    await stage.becomes(again, "⏱")


async def test_what_nobody_could_read_for_a_week_says_so(stage: Stage, sources: Services) -> None:
    release = hang_once(sources)
    [message] = await stage.say(f"/ask {PICKS[0]} {QUESTION}")
    await until(lambda: sources.gemini.requests)
    stage.clock.now += PROMISED + timedelta(days=1)
    async with beside(stage) as other:
        await other.run_pending()
    assert "可以再问一次：/ask" in stage.shown(message)["text"]
    release.set()


async def test_progress_that_is_broken_off_says_so_and_other_progress_does_not(
    stage: Stage,
) -> None:
    await stage.say("/help")
    promises, place = stage.services.deep_dives.promises, ChatAddress(CHEN)
    otherwise = Message("broken off", buttons=((Button("again", data="x:y"),),))
    at = await stage.services.messenger.send(place, Message("working"))
    async with promises.progress(place, CHEN, "zh", at, otherwise):
        pass
    assert await promised(stage) == []
    with pytest.raises(RuntimeError):
        async with promises.progress(place, CHEN, "zh", at, otherwise):
            raise RuntimeError
    stage.clock.now += LEASE
    await stage.services.deep_dives.run_pending()
    shown = stage.telegram.world.chat(CHEN).messages[at]
    assert shown["text"] == "broken off"
    assert buttons_of(shown) == ["again"]


async def test_a_placeholder_that_may_have_arrived_costs_nobody_the_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = stage.services.messenger.send, []

    async def unsure(to: ChatAddress, message: Message, **more: Any) -> int:
        sent.append(message.text)
        number = await send(to, message, **more)
        if len(sent) == 1:
            raise MayBeSent("no answer in time")
        return number

    monkeypatch.setattr(stage.services.messenger, "send", unsure)
    await stage.say(f"/ask {PICKS[0]} {QUESTION}", count=2)
    assert any(ANSWER in text for text in stage.telegram.world.texts(CHEN))


@pytest.mark.parametrize(
    ("text", "step", "becomes"),
    [
        ("/build", "preview", "没有做完"),
        ("/topics 我主要做 foobar net 超分辨率", "", "• 超分辨率"),
    ],
)
async def test_what_says_that_it_goes_on_says_so_no_longer_when_its_process_hangs(
    stage: Stage,
    sources: Services,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    step: str,
    becomes: str,
) -> None:
    await stage.say("/start", by=ADMIN, count=2)
    release = hang_once(sources)
    if step:

        async def hangs(*_args: object) -> None:
            await release.wait()
            raise asyncio.CancelledError

        monkeypatch.setattr(stage.services.daily_jobs, step, hangs)
    message = (await stage.say(text, by=ADMIN))[-1]
    await until(lambda: stage.services.deep_dives.promises.under_way)
    assert "正在" in message["text"]
    stage.clock.now += LEASE
    async with beside(stage) as other:
        await other.run_pending()
    shown = stage.shown(message)["text"]
    assert becomes in shown
    assert "正在" not in shown
    release.set()
    await until(lambda: not stage.services.deep_dives.promises.under_way)


async def test_of_two_broadcasts_confirmed_in_two_processes_one_goes_out(stage: Stage) -> None:
    cast = Broadcasts(
        chats=stage.core.store.chats,
        deliveries=stage.core.store.deliveries,
        memory=stage.core.store.key_values,
        courier=None,  # type: ignore[arg-type]
        now=stage.clock,
    )
    for number in (7, 8):
        await cast.keep(number, Message("news"))
    confirmed = await asyncio.gather(cast.confirm(7), stage.services.broadcasts.confirm(8))
    assert sorted(confirmed) == [False, True]


async def test_a_step_that_is_broken_off_hands_its_promises_on(
    stage: Stage, sources: Services
) -> None:
    release = hang_once(sources)
    [message] = await stage.say(f"/ask {PICKS[0]} {QUESTION}")
    await until(lambda: sources.gemini.requests)
    stage.clock.now += LEASE
    sources.gemini.requests.clear()
    again = hang_once(sources)
    async with beside(stage) as other:
        step = asyncio.create_task(other.run_pending())
        await until(lambda: sources.gemini.requests)
        step.cancel()
        await asyncio.wait({step})
        (row,) = await stage.core.store.requests.due(stage.clock.now)
        assert (row.owner, row.losses) == (None, 1)
        await other.run_pending()
    assert ANSWER in stage.shown(message)["text"]
    release.set()
    again.set()
