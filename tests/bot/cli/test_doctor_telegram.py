"""The doctor on Telegram, before the playground and before everybody who is not Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app.core import Core, build_core, utc_now
from bot.cli.doctor import examine
from bot.cli.doctor_findings import Condition, Finding
from bot.cli.doctor_telegram import look_at_telegram
from bot.settings import Settings
from tests.bot.conftest import Telegram
from tests.conftest import Serve
from tests.servers.proxies import WayOut, way_out

ANA, NOBODY = 1002, 4444
TOKEN = "123456789:" + "t" * 35


@asynccontextmanager
async def opened(
    tmp_path: Path, url: str, token: str = TOKEN, **changes: object
) -> AsyncIterator[Core]:
    values: dict[str, object] = {
        "telegram_bot_token": SecretStr(token),
        "telegram_api_url": url,
        "database_url": f"sqlite:///{tmp_path}/paperboy.db",
    }
    settings = Settings(_env_file=None).model_copy(update=values | changes)
    async with build_core(settings) as services:
        yield services


def said(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(str(f.verdict), f.name, f.detail) for f in findings]


async def test_a_bot_that_is_well(tmp_path: Path, telegram: Telegram) -> None:
    telegram.people.start(ANA)
    changes = {"telegram_channel_ids": ("@cv_daily",), "telegram_admin_ids": (ANA, NOBODY)}
    async with opened(tmp_path, telegram.url, telegram.token, **changes) as services:
        findings = await look_at_telegram(services)
    assert said(findings) == [
        ("ok", "telegram", f"@{telegram.world.bot.username}"),
        ("ok", "clock", "agrees with Telegram's"),
        ("ok", "updates", "by polling; 1 updates wait"),
        ("ok", "channel", "@cv_daily: the bot may post"),
        ("ok", "admin", f"{ANA} can be written to"),
        ("degraded", "admin", f"{NOBODY} has not started the bot and hears nothing from it"),
    ]


@pytest.mark.parametrize(
    ("standing", "detail"),
    [
        ("member", "@cv_daily: the bot may not post there"),
        ("left", "@cv_daily: Telegram knows no such chat, or the bot is not in it"),
        ("kicked", "@cv_daily: Telegram knows no such chat, or the bot is not in it"),
    ],
)
async def test_a_channel_without_rights_is_named(
    tmp_path: Path, telegram: Telegram, standing: str, detail: str
) -> None:
    [channel] = [chat for chat in telegram.world.chats.values() if chat.type == "channel"]
    channel.bot = standing
    changes = {"telegram_channel_ids": ("@cv_daily", "@nowhere")}
    async with opened(tmp_path, telegram.url, telegram.token, **changes) as services:
        *_, here, nowhere = await look_at_telegram(services)
    assert (here.verdict, here.detail) == (Condition.BROKEN, detail)
    assert nowhere.detail == "@nowhere: Telegram knows no such chat, or the bot is not in it"
    assert "administrator" in here.advice


async def test_a_wrong_token_is_named_and_not_shown(tmp_path: Path, telegram: Telegram) -> None:
    async with opened(tmp_path, telegram.url) as services:
        [finding] = await look_at_telegram(services)
    assert finding.verdict is Condition.BROKEN
    assert "@BotFather" in finding.advice
    assert TOKEN not in f"{finding}"


async def test_a_clock_that_is_wrong_is_named(tmp_path: Path, telegram: Telegram) -> None:
    async with opened(tmp_path, telegram.url, telegram.token) as services:
        late = replace(services, now=lambda: utc_now() - timedelta(minutes=10))
        clock = (await look_at_telegram(late))[1]
    assert clock.verdict is Condition.DEGRADED
    assert "behind" in clock.detail


HOOK = {"url": "https://bot.example.org/hook", "pending_update_count": 7}
FAILED = HOOK | {"last_error_message": "Wrong response from the webhook: 502 Bad Gateway"}


@pytest.mark.parametrize(
    ("setting", "info", "verdict", "detail"),
    [
        (None, HOOK, Condition.DEGRADED, "somebody set a webhook for this bot"),
        (HOOK["url"], HOOK, Condition.OK, "by webhook; 7 updates wait"),
        (HOOK["url"], {"url": ""}, Condition.DEGRADED, "not set to WEBHOOK_URL"),
        (HOOK["url"], FAILED | {"last_error_date": 1}, Condition.OK, "by webhook"),
        (HOOK["url"], FAILED | {"last_error_date": "now"}, Condition.DEGRADED, "502 Bad Gateway"),
    ],
)
async def test_a_webhook_is_looked_at(
    tmp_path: Path,
    serve: Serve,
    setting: object,
    info: dict[str, object],
    verdict: str,
    detail: str,
) -> None:
    if info.get("last_error_date") == "now":
        info = info | {"last_error_date": int(datetime.now(UTC).timestamp())}

    async def answer(request: web.Request) -> web.Response:
        me = {"id": 1, "is_bot": True, "username": "b"}
        return web.json_response(
            {"ok": True, "result": me if request.path.endswith("getMe") else info}
        )

    url = await serve({"/{tail:.*}": answer})
    async with opened(tmp_path, url, webhook_url=setting) as services:
        updates = (await look_at_telegram(services))[2]
    assert updates.verdict is verdict
    assert detail in updates.detail


@pytest.mark.parametrize(
    "response",
    [
        web.Response(status=403, text="<html>no</html>"),
        web.Response(status=200, text="[]"),
        web.Response(status=200, text='{"ok": "yes"}'),
        web.Response(status=302, headers={"Location": "/elsewhere"}),
        web.Response(status=200, body=b"\xff"),
    ],
)
async def test_who_is_not_telegram_is_called_so(
    tmp_path: Path, serve: Serve, response: web.Response
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=response.status, body=response.body, headers=response.headers)

    async with opened(tmp_path, await serve({"/{tail:.*}": answer})) as services:
        [finding] = await look_at_telegram(services)
    assert finding.verdict is Condition.BROKEN
    assert "somebody else answers there" in finding.detail


async def test_each_service_says_how_it_is_reached(
    tmp_path: Path, telegram: Telegram, serve: Serve
) -> None:
    """And nothing of the proxy's account."""

    async def nothing(request: web.Request) -> web.Response:
        return web.json_response([])

    there = telegram.url.removeprefix("http://")
    async with way_out("http", WayOut({"api.telegram.test": there})) as way:
        proxy = SecretStr(way.url.replace("://", "://me:hunter2!@"))
        here = await serve({"/{tail:.*}": nothing})
        changes = {"all_proxy": proxy, "sources": ("huggingface",), "hf_endpoint": here}
        async with opened(
            tmp_path, "http://api.telegram.test", telegram.token, **changes
        ) as services:
            findings = await examine(services)
    ways = {finding.name: finding.way for finding in findings}
    assert ways["telegram"] == f"via {way.url}"
    assert ways["huggingface"] == "direct"
    assert {f.name: f.verdict for f in findings}["telegram"] is Condition.OK
    assert "hunter2" not in "".join(finding.line.plain for finding in findings)
