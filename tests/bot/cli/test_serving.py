"""`run`, `push` and `demo` as processes: they start, serve, end when told, and leak nothing."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.bot.cli.test_commands import Shell, world
from tests.bot.conftest import PATIENCE, Telegram
from tests.forked import Forked
from tests.servers import papers as doubles
from tests.servers.gemini import ANSWER, KEY, Trouble
from tests.servers.telegram_faults import Fault, FaultKind

__all__ = ["world"]
ANA, CHEN, CHANNEL = 1002, 1003, -1001000000001
PICK = "2603.12255"
pytestmark = pytest.mark.timeout(180)  # several processes in one scene, on a busy machine


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def bot(shell: Shell, world: doubles.Services, telegram: Telegram) -> dict[str, str]:
    """Settings of a bot whose press time has passed, wherever the test runs."""
    return {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "TELEGRAM_CHANNEL_IDS": "@cv_daily",
        "DIGEST_TIME": "00:00",
        "DIGEST_TIMEZONE": "UTC",
    }


async def started(shell: Shell, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    import sys

    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments,
        cwd=shell.folder,
        env=shell.environment | settings,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


@asynccontextmanager
async def running(shell: Shell, **settings: str) -> AsyncIterator[Forked]:
    """Let `run` serve, spared the imports; it is killed at the latest when the block ends."""
    async with Forked(["run"], shell.folder, shell.environment | settings) as process:
        yield process


async def told_to_stop(
    process: Forked, by: signal.Signals = signal.SIGTERM, *, within: float = PATIENCE
) -> tuple[int, str]:
    """Tell it to stop; return its exit code and all it said."""
    process.send(by)
    code, out, err = await process.ended(within)
    return code, out + err


async def ended(
    process: asyncio.subprocess.Process,
) -> tuple[int, str]:
    """Tell it to stop; return its exit code and all it said."""
    process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), timeout=PATIENCE)
    assert process.returncode is not None
    return process.returncode, (out + err).decode()


async def test_run_answers_until_it_is_told_to_stop(
    shell: Shell, telegram: Telegram, bot: dict[str, str]
) -> None:
    telegram.people.start(ANA)
    process = await started(shell, "run", LOG_LEVEL="DEBUG", **bot)
    [hello, *_] = await telegram.answers(ANA)
    assert "/settings" in hello["text"]
    code, said = await ended(process)
    assert code == 0, said
    assert telegram.token not in said
    assert "Traceback" not in said
    assert f"serving as @{telegram.world.bot.username}" in said


async def test_a_refusal_and_an_update_nobody_can_read_do_not_end_it(
    shell: Shell, telegram: Telegram, bot: dict[str, str]
) -> None:
    """One 404 made it deaf for ever, and its end a traceback; the update was a tight loop."""
    body = '{"ok":false,"error_code":404,"description":"Not Found"}'
    telegram.faults.add(Fault(FaultKind.ANSWER, "getUpdates", status=404, body=body))
    telegram.world.updates.push("message", {"message_id": 1})
    telegram.people.start(ANA)
    settings = bot | {"TELEGRAM_ADMIN_IDS": str(ANA), "TELEGRAM_CHANNEL_IDS": ""}
    async with running(shell, **settings) as process:
        await telegram.until(lambda: any("恢复正常" in text for text in telegram.world.texts(ANA)))
        telegram.people.say(ANA, "/help")
        await telegram.until(lambda: any("/settings" in text for text in telegram.world.texts(ANA)))
        code, said = await told_to_stop(process, signal.SIGINT)
    assert code == 0, said
    assert "Traceback" not in said
    assert said.count("cannot be read and is skipped") == 1
    assert said.count("the token is refused") == 2, "once when it began, once when it was over"


async def test_told_to_stop_while_telegram_does_not_answer_it_ends_at_once(
    shell: Shell, telegram: Telegram, bot: dict[str, str]
) -> None:
    telegram.faults.add(Fault(FaultKind.HANG, "getMe", times=None))
    async with running(shell, **bot) as process:
        async with asyncio.timeout(PATIENCE):
            while not telegram.world.record.requests["getMe"]:  # noqa: ASYNC110 -- no bell for it
                await asyncio.sleep(0.05)
        code, said = await told_to_stop(process, within=15)
    assert code == 0, said
    assert "Traceback" not in said


async def test_what_a_killed_process_was_doing_is_done_by_the_next_in_the_same_message(
    shell: Shell, telegram: Telegram, bot: dict[str, str], world: doubles.Services
) -> None:
    """`/ask` and `/paper`, killed by SIGKILL while the model hangs: no handler could tidy up."""
    alive = asyncio.Event()

    async def pause(_question: str, seconds: float) -> None:
        if seconds:
            await alive.wait()

    hang = Trouble(status=None)
    world.gemini.pause, world.gemini.troubles = pause, [hang]
    settings = bot | {"GEMINI_API_KEY": KEY, "TELEGRAM_CHANNEL_IDS": ""}
    telegram.people.start(CHEN)
    async with running(shell, **settings) as process:
        await telegram.answers(CHEN)
        for text in (f"/ask {PICK} 用了什么数据？", f"/paper {PICK}"):
            telegram.people.say(CHEN, text)
        promises = await telegram.answers(CHEN, 2, since=1)
        assert sorted(said["text"][:2] for said in promises) == ["📖 ", "🔎 "]
        async with asyncio.timeout(PATIENCE):
            while len(world.gemini.requests) < 2:  # noqa: ASYNC110 -- no bell for it
                await asyncio.sleep(0.05)
        code, _ = await told_to_stop(process, signal.SIGKILL)
        assert code == -signal.SIGKILL

    world.gemini.troubles.clear()
    with closing(sqlite3.connect(shell.folder / "data" / "paperboy.db")) as database:
        is_open = "done_at IS NULL AND owner IS NOT NULL AND message_id IS NOT NULL"
        count = f"SELECT count(*) FROM reader_requests WHERE {is_open}"
        assert database.execute(count).fetchone() == (2,)
        # The lease of 90 s is over:
        database.execute("UPDATE reader_requests SET due_at = asked_at")
        database.commit()
    async with running(shell, **settings) as process:
        try:
            places = [said["message_id"] for said in promises]
            edited = await telegram.until(lambda: _edited(telegram, places))
            assert ANSWER in edited[0] + edited[1]
            assert "⏱" in edited[0] + edited[1]
            assert len(telegram.world.received(CHEN)) == 3, "edited, and not sent once more"
        finally:
            alive.set()
            code, said = await told_to_stop(process)
    assert code == 0, said
    assert "Traceback" not in said


def _edited(telegram: Telegram, places: list[int]) -> list[str]:
    """Return what the messages say, once each of them has been edited."""
    messages = telegram.world.chat(CHEN).messages
    said = {place: messages[place]["text"] for place in places if "edit_date" in messages[place]}
    return [said[place] for place in places] if said.keys() >= set(places) else []


async def test_a_webhook_port_that_is_taken_is_one_line(
    shell: Shell, telegram: Telegram, bot: dict[str, str]
) -> None:
    taken = telegram.url.removeprefix("http://")
    hook = {"WEBHOOK_URL": "https://bot.example.org/hook", "WEBHOOK_LISTEN": taken}
    result = await shell("run", **bot | hook)
    assert result.code == 2
    assert result.err.strip().splitlines()[-1].startswith("paperboy: WEBHOOK_LISTEN: cannot listen")
    assert "Traceback" not in result.err


@pytest.mark.parametrize("command", ["run", "push"])
async def test_without_a_token_nothing_starts(shell: Shell, command: str) -> None:
    result = await shell(command)
    assert result.code == 2
    assert result.err.startswith("paperboy: TELEGRAM_BOT_TOKEN")
    assert "paperboy demo" in result.err


async def test_an_unknown_token_is_named_and_not_shown(
    shell: Shell, telegram: Telegram, bot: dict[str, str]
) -> None:
    wrong = "7000000009:" + "w" * 35
    result = await shell("push", **bot | {"TELEGRAM_BOT_TOKEN": wrong})
    assert result.code == 2
    assert "@BotFather" in result.err
    assert wrong not in result.err + result.out


async def test_push_says_what_it_did_and_a_second_one_does_nothing(
    shell: Shell, telegram: Telegram, bot: dict[str, str], world: doubles.Services
) -> None:
    first = await shell.afresh("push", "--date", "2026-03-13", **bot)
    second = await shell("push", "--date", "2026-03-13", **bot)
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert "已发送 1 条消息" in first.out
    assert "已发送 0 条消息" in second.out
    assert len(telegram.world.received(CHANNEL)) == 1


async def test_the_demo_shows_its_page_and_ends_when_told(shell: Shell) -> None:
    process = await started(shell, "demo", "--port", "18765")
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), timeout=PATIENCE)).decode()
    assert "http://127.0.0.1:18765" in line
    async with aiohttp.ClientSession() as http, http.get("http://127.0.0.1:18765/") as page:
        assert page.status == 200
    taken = await shell("demo", "--port", "18765")
    assert taken.code == 2
    assert "--port 18766" in taken.err
    code, said = await ended(process)
    assert code == 0, said
    assert "Traceback" not in said
