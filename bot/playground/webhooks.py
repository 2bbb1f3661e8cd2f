"""Brings updates to the bot's webhook, in order, each until it is taken."""

import json
from collections.abc import Awaitable, Callable

import aiohttp

from bot.playground.updates import Webhook
from bot.playground.world import World

RETRY = 0.5
"""Seconds until an update is brought again."""
PATIENCE = aiohttp.ClientTimeout(total=10)


async def bring_updates(
    world: World, session: aiohttp.ClientSession, sleep: Callable[[float], Awaitable[None]]
) -> None:
    updates = world.updates
    while True:
        hook = updates.webhook
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
