"""No line of the log names a person, at DEBUG, whatever happens: ids, names, words."""

import asyncio
import logging
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.commands.context import Context
from bot.logs import configure_logs
from bot.process.bot_profile import set_up
from bot.process.error_handler import on_error
from bot.render.message import Message
from bot.telegram.rate_limiter import RateLimiter
from core.models.chat import Chat, ChatKind
from tests.bot.commands.conftest import Stage, opened, publish
from tests.bot.conftest import Telegram
from tests.bot.test_logs import logging_as_it_was  # noqa: F401 -- a fixture
from tests.servers.papers import Services
from tests.servers.telegram_faults import Fault, FaultKind

# Shorter than what is blanked by its shape: it must not get as far as that.
PERSON, ADMIN, QUIET = 7_654_321, 8_675_309, 5_551_212
READERS = (4_100_001, 4_100_002, 4_100_003, 4_100_004, 4_100_005)
GROUP = -1001000000002
WORDS = ("Xanthippe", "xanthippe_q", "zebra", "quagga")
"""Names, and what is in each text somebody writes."""
SAID = "zebra and quagga"
"""What a line of code, which a traceback shows, does not say itself."""
FLOOD = '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 4000",'
FLOOD += '"parameters":{"retry_after":4000}}'
CONFLICT = '{"ok":false,"error_code":409,"description":"Conflict: another one"}'
REFUSED = '{"ok":false,"error_code":400,"description":"Bad Request: PHOTO_INVALID"}'
NO_CHAT = '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}'


def leaks(logged: str) -> list[str]:
    """Return the lines that name somebody."""
    ids = (PERSON, ADMIN, QUIET, *READERS)
    named = re.compile(
        "|".join([*WORDS, *(rf"(?<![\d.]){person}(?!\d)" for person in ids)]), re.IGNORECASE
    )
    return [line for line in logged.splitlines() if named.search(line)]


def failing(stage: Stage, chat_id: int, kind: FaultKind, **how: Any) -> None:
    fault = Fault(kind, method="sendMessage", chat_id=chat_id, **how)
    stage.telegram.faults.add(fault)


async def broken(update: Update, _context: Context) -> None:
    """Fail with everything that somebody said, twice over."""
    try:
        {}[update.effective_message.text]  # type: ignore[index, union-attr]
    except KeyError as error:
        raise ValueError(f"no good: {update}") from error


async def walk(stage: Stage) -> None:
    """Let people do everything there is."""
    people, world = stage.people, stage.telegram.world
    for said in (
        *("/start", "/topics 我想看 zebra super-resolution，不想看 quagga", "/topics +zebra"),
        *("/search zebra quagga", "/settings", "/today", "/saved", "/status", "/help"),
        *("/paper 1", "/paper zebra", "/paper 2402.99999", "/ask 1 does zebra hold?", "zebra?"),
        *("/ask zebra", "/export", "/stats", "/build zebra", "/broadcast zebra", "/zebra"),
        *("/stop", "/start", "/start paper_zebra"),
    ):
        for person in (PERSON, ADMIN):
            people.say(person, said)
        people.say(PERSON, f"{said.split(' ')[0]}@{world.bot.username} zebra", chat_id=GROUP)
    await stage.silence(PERSON)
    for data in (
        "m:like:2603.11323",
        "open:zebra",
        "forget:yes:0",
        "top:x:zebra",
        "sv:page:9",
        "?",
    ):
        message = world.received(PERSON)[-1]
        await stage.tap_data(message, data, by=PERSON)
        await stage.tap_data(message, data, by=PERSON, is_lost=True)
    people.block(PERSON, blocked=True)
    people.block(PERSON, blocked=False)
    people.stand(PERSON, GROUP, "kicked")
    people.stand(PERSON, GROUP, "member")
    for number in range(40):
        people.say(QUIET, f"/search zebra {number}")
    await stage.silence(QUIET)
    question = (await stage.say("/forget", by=PERSON))[-1]
    await stage.tap(question, "🗑 全部删除", by=PERSON)


async def trouble(stage: Stage) -> None:
    """Let everything fail that can."""
    world, services, settings = stage.telegram.world, stage.services, stage.core.settings
    stage.application.add_error_handler(on_error)
    stage.application.add_handler(MessageHandler(filters.Text(["break zebra"]), broken), group=-9)
    assert "出了错" in await stage.ask("break zebra", by=PERSON)
    for person in READERS:
        joined_at = stage.clock.now - timedelta(days=3)
        zone = settings.digest_timezone.key
        about = {"at": settings.digest_time, "zone": zone, "joined_at": joined_at}
        await stage.core.store.chats.join(Chat(person, ChatKind.PRIVATE, "zh", **about))
        world.user(person).has_started = True
    world.user(READERS[4]).has_blocked = True
    failing(stage, READERS[0], FaultKind.ANSWER, status=409, body=CONFLICT)
    failing(stage, READERS[1], FaultKind.DROP_AFTER)
    failing(stage, READERS[2], FaultKind.ANSWER, status=429, body=FLOOD)
    failing(stage, READERS[3], FaultKind.ANSWER, status=400, body=REFUSED)
    await services.broadcasts.keep(7, Message(SAID))
    assert await services.broadcasts.confirm(7)
    await services.broadcasts.run_pending()
    for status, body in ((400, NO_CHAT), (429, FLOOD), (400, REFUSED)):
        failing(stage, ADMIN, FaultKind.ANSWER, status=status, body=body)
        await services.administrators.say_once(f"{status} {len(body)}", "zebra")
    refused = Fault(FaultKind.ANSWER, "setMyCommands", skip=6, status=400, body=NO_CHAT)
    stage.telegram.faults.add(refused)
    await set_up(stage.application.bot, stage.core.store.key_values, (ADMIN,), ("arXiv",))
    for scope in (f"chat:{PERSON}", "chat:@cv_daily", "all"):
        await stage.core.store.bans.put(scope, stage.clock.now + timedelta(hours=1))
    await RateLimiter(
        rate=1, bans=stage.core.store.bans, now=stage.clock, clock=lambda: 0
    ).initialize()


async def of_libraries(stage: Stage) -> None:
    """Let libraries say what they say at their worst."""
    update = {"update_id": 1, "message": {"text": "zebra", "from": {"id": PERSON}}}
    logger = logging.getLogger("telegram.ext.ExtBot")
    logger.critical("Error while parsing updates! Received data was %r", update, exc_info=True)
    for name in ("telegram.Bot", "aiosqlite", "sqlalchemy.engine.Engine", "apscheduler", "httpx"):
        logging.getLogger(name).debug("zebra %s", PERSON)
        logging.getLogger(name).info("zebra %s", PERSON)

    async def failing() -> None:
        raise RuntimeError(f"{SAID} {PERSON}")

    task = asyncio.ensure_future(failing())
    await asyncio.wait({task})
    context: dict[str, Any] = {"message": "Task exception was never retrieved", "future": task}
    asyncio.get_running_loop().call_exception_handler(context | {"exception": task.exception()})
    database = stage.core.store.usage._database
    try:
        async with database.transaction() as connection:
            insert = text("INSERT INTO chats (chat_id, kind) VALUES (:id, :kind)")
            await connection.execute(insert, {"id": PERSON, "kind": SAID})
    except Exception as error:
        logging.getLogger("bot.somewhere").exception("a step failed", exc_info=error)
        group = ExceptionGroup(f"{SAID} {PERSON}", [error, ValueError(SAID)])
        group.add_note(SAID)
        logging.getLogger("core.somewhere").exception("steps failed", exc_info=group)


async def test_no_line_names_a_person(
    telegram: Telegram, tmp_path: Path, sources: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    world = telegram.world
    world.user(PERSON).name, world.user(PERSON).username = "Xanthippe", "xanthippe_q"
    world.chat(GROUP).members |= {PERSON, ADMIN}
    configure_logs(level="DEBUG", form="console", secrets={telegram.token})
    async with opened(telegram, tmp_path, sources, telegram_admin_ids=(ADMIN,)) as stage:
        await publish(stage.core)
        await walk(stage)
        await trouble(stage)
        await of_libraries(stage)
        assert [type(problem) for problem in stage.problems] == [ValueError]
        stage.problems.clear()
    logged = capsys.readouterr().err
    assert leaks(logged) == []
    for said in (
        *("a handler failed", "did not arrive", "is refused for", "nobody knows"),
        *("cannot be written to any more", "holds us back", "has not started the bot"),
        *("an administrator cannot be told", "sends faster", "Error while parsing updates"),
        *("exception=RuntimeError(…)", "IntegrityError", "test_log_privacy.py"),
    ):
        assert said in logged, "the walk must come by here"
