"""Webhooks of the playground, for tests: brings updates to the bot, in order, each until taken."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from bot.playground.methods import Method, updating
from bot.playground.methods.params import Json, Params
from bot.playground.refusals import Refusal, bad
from bot.playground.world import World

RETRY = 0.5
"""Seconds until an update is brought again."""
PATIENCE = aiohttp.ClientTimeout(total=10)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete"
    " the webhook first"
)


@dataclass
class Webhook:
    url: str
    secret: str | None = None
    max_connections: int = 40
    last_error: str | None = None
    last_error_at: int | None = None


class Webhooks:
    """At most one at a time. Telegram wants https; here nothing is brought but on this machine."""

    def __init__(self) -> None:
        self.hook: Webhook | None = None

    @property
    def methods(self) -> dict[str, Method]:
        return {
            "getUpdates": self._get_updates,
            "setWebhook": self._set,
            "deleteWebhook": self._delete,
            "getWebhookInfo": self._info,
        }

    async def bring_updates(
        self,
        world: World,
        session: aiohttp.ClientSession,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        """Bring updates for ever; polling leaves it idle."""
        updates = world.updates
        while True:
            hook = self.hook
            if hook is None or not updates.queue:
                await updates.bell.wait()
                continue
            update = updates.queue[0]
            wrong = await _bring(session, hook, update)
            if wrong is None:
                updates.confirm(update["update_id"] + 1)
            else:
                hook.last_error, hook.last_error_at = wrong, world.seconds()
                await sleep(RETRY)

    async def _get_updates(self, world: World, params: Params) -> list[Json]:
        if self.hook is not None:
            raise Refusal(409, WEBHOOK_ACTIVE)
        return await updating.get_updates(world, params)

    def _set(self, world: World, params: Params) -> bool:
        url = params.text("url") or ""
        if url and not _is_loopback(url):
            raise bad("bad webhook: updates are not brought there by the playground")
        world.updates.allow(params.json("allowed_updates"))
        self._delete(world, params)
        if url:
            most = params.number("max_connections") or 40
            self.hook = Webhook(url, params.text("secret_token"), most)
        world.updates.bell.ring()
        return True

    def _delete(self, world: World, params: Params) -> bool:
        self.hook = None
        return updating.delete_webhook(world, params)

    def _info(self, world: World, params: Params) -> Json:
        info, hook = updating.get_webhook_info(world, params), self.hook
        if hook is not None:
            info |= {"url": hook.url, "max_connections": hook.max_connections}
            if hook.last_error is not None:
                info["last_error_date"] = hook.last_error_at
                info["last_error_message"] = hook.last_error
        return info


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK
    except ValueError:
        return False


async def _bring(
    session: aiohttp.ClientSession, hook: Webhook, update: dict[str, object]
) -> str | None:
    """Return what went wrong, None if the update was taken."""
    headers = {"Content-Type": "application/json"}
    if hook.secret is not None:
        headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
    body = json.dumps(update, ensure_ascii=False)
    try:
        async with session.post(
            hook.url,
            data=body.encode(),
            headers=headers,
            timeout=PATIENCE,
            allow_redirects=False,  # a redirect would lead away from loopback
        ) as answer:
            if 200 <= answer.status < 300:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientError as error:
        return type(error).__name__
