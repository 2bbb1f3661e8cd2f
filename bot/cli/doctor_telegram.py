"""The doctor's look at Telegram: token, channels, administrators, webhook, and the clock.

Asked with requests of its own, one for each question, rather than through the library: the answers'
`Date` is wanted, and somebody else's page at Telegram's address must come out as exactly that.
What Telegram says about a webhook's failures is shown; everything else is said in our words.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.app.core import Core
from bot.cli.doctor_findings import Condition, Finding
from bot.daily.channels import handle_of
from bot.settings import Settings
from core.text.visible import one_line

PATIENCE = aiohttp.ClientTimeout(total=15)
SKEW = timedelta(seconds=60)
RECENT = timedelta(days=1)
_NEEDS = "add the bot to it as an administrator who may post messages"


@dataclass(frozen=True)
class _Answer:
    result: Any
    """None when it was refused."""
    code: int = 200
    said: str = ""
    sent: datetime | None = None

    def __getitem__(self, name: str) -> Any:
        return self.result.get(name) if isinstance(self.result, Mapping) else None


class _NotTelegram(Exception):
    """No answer, or somebody else's; the text is ours."""


@dataclass(frozen=True)
class _Telegram:
    session: aiohttp.ClientSession
    address: str
    """With the token: never shown."""

    async def ask(self, method: str, **parameters: object) -> _Answer:
        """Return Telegram's answer; raise `_NotTelegram`."""
        try:
            async with self.session.post(
                f"{self.address}/{method}",
                json=parameters,
                timeout=PATIENCE,
                allow_redirects=False,
            ) as response:
                body, date = await response.read(), response.headers.get("Date", "")
        except TimeoutError:
            raise _NotTelegram(f"no answer in {PATIENCE.total:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise _NotTelegram(f"it cannot be reached ({type(error).__name__})") from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("ok"), bool):
            raise _NotTelegram(f"somebody else answers there (HTTP {response.status})")
        if answer["ok"]:
            return _Answer(answer.get("result"), sent=_date(date))
        return _Answer(None, response.status, str(answer.get("description", "")), _date(date))


async def look_at_telegram(core: Core) -> list[Finding]:
    """Return the findings; asks nothing without a token."""
    settings = core.settings
    if settings.telegram_bot_token is None:
        without = "no token: no bot; `digest`, `paper` and `demo` work without"
        return [Finding("telegram", Condition.OK, without)]
    token = settings.telegram_bot_token.get_secret_value()
    async with core.outbound.open_session(settings.telegram_api_url) as session:
        telegram = _Telegram(session, f"{settings.telegram_api_url}/bot{token}")
        try:
            me = await telegram.ask("getMe")
            if me.result is None:
                return [_refused(me)]
            found = await asyncio.gather(
                _webhook(telegram, settings, core.now()),
                *(_channel(telegram, name, me["id"]) for name in settings.telegram_channel_ids),
                *(_administrator(telegram, admin) for admin in settings.telegram_admin_ids),
            )
        except _NotTelegram as error:
            advice = "check the network, TELEGRAM_API_URL and the proxy"
            return [Finding("telegram", Condition.BROKEN, str(error), advice)]
    return [
        Finding("telegram", Condition.OK, f"@{me['username']}"),
        _clock(me.sent, core.now()),
        *found,
    ]


def _refused(answer: _Answer) -> Finding:
    if answer.code in (401, 404):
        said = "it does not know the token"
        return Finding("telegram", Condition.BROKEN, said, "@BotFather gives a new one")
    said = f"it refuses to answer (HTTP {answer.code})"
    return Finding("telegram", Condition.BROKEN, said, "try again in some minutes")


def _clock(sent: datetime | None, now: datetime) -> Finding:
    if sent is None:
        return Finding("clock", Condition.OK, "Telegram did not say what time it is")
    skew = now - sent
    if abs(skew) <= SKEW:
        return Finding("clock", Condition.OK, "agrees with Telegram's")
    way = "ahead of" if skew > timedelta(0) else "behind"
    detail = f"{abs(skew).total_seconds():.0f} s {way} Telegram's"
    return Finding("clock", Condition.DEGRADED, detail, "set this machine's clock (NTP)")


async def _webhook(telegram: _Telegram, settings: Settings, now: datetime) -> Finding:
    info = await telegram.ask("getWebhookInfo")
    url, waiting = info["url"] or "", info["pending_update_count"] or 0
    updates = f"; {waiting} updates wait" if waiting else ""
    if settings.webhook_url is None:
        if not url:
            return Finding("updates", Condition.OK, f"by polling{updates}")
        detail = f"somebody set a webhook for this bot, and messages go there{updates}"
        return Finding("updates", Condition.DEGRADED, detail, "`paperboy run` takes it away")
    if url != settings.webhook_url:
        detail = f"the webhook is not set to WEBHOOK_URL{updates}"
        return Finding("updates", Condition.DEGRADED, detail, "`paperboy run` sets it")
    failed, said = info["last_error_date"], info["last_error_message"]
    if isinstance(failed, int) and now - datetime.fromtimestamp(failed, UTC) < RECENT:
        detail = f"Telegram could not bring them: {one_line(str(said))[:200]}{updates}"
        advice = "check WEBHOOK_URL, WEBHOOK_LISTEN and what stands before it"
        return Finding("updates", Condition.DEGRADED, detail, advice)
    return Finding("updates", Condition.OK, f"by webhook{updates}")


async def _channel(telegram: _Telegram, name: str, bot_id: int) -> Finding:
    chat = await telegram.ask("getChat", chat_id=handle_of(name))
    if chat.result is None:
        detail = f"{name}: Telegram knows no such chat, or the bot is not in it"
        return _unless_busy(chat, Finding("channel", Condition.BROKEN, detail, _NEEDS))
    bot = await telegram.ask("getChatMember", chat_id=chat["id"], user_id=bot_id)
    if not _may_post(chat, bot):
        detail = f"{name}: the bot may not post there"
        return _unless_busy(bot, Finding("channel", Condition.BROKEN, detail, _NEEDS))
    return Finding("channel", Condition.OK, f"{name}: the bot may post")


def _may_post(chat: _Answer, bot: _Answer) -> bool:
    if chat["type"] == "channel":
        return bool(bot["status"] == "administrator" and bot["can_post_messages"])
    if bot["status"] == "restricted":
        return bool(bot["is_member"] and bot["can_send_messages"])
    return bot["status"] in ("administrator", "creator", "member")


async def _administrator(telegram: _Telegram, user_id: int) -> Finding:
    chat = await telegram.ask("getChat", chat_id=user_id)
    if chat.result is None:
        detail = f"{user_id} has not started the bot and hears nothing from it"
        advice = "they open the bot and press Start"
        return _unless_busy(chat, Finding("admin", Condition.DEGRADED, detail, advice))
    return Finding("admin", Condition.OK, f"{user_id} can be written to")


def _unless_busy(answer: _Answer, finding: Finding) -> Finding:
    """Return a finding, or that there is none: only a 400 or 403 is about the chat."""
    if answer.result is not None or answer.code in (400, 403):
        return finding
    said = f"Telegram would not say (HTTP {answer.code})"
    return Finding(finding.name, Condition.DEGRADED, said, "try again in some minutes")


def _date(text: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None
