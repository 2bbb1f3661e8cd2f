"""How updates get to the bot: by polling or by webhook, never both."""

from urllib.parse import urlsplit

from bot.playground.methods.params import Json, Params
from bot.playground.refusals import bad
from bot.playground.updates import Webhook
from bot.playground.world import World

MAX_POLL = 50
"""Seconds Telegram waits at most."""
MAX_BATCH = 100
LOOPBACK = ("127.0.0.1", "localhost", "::1")


async def get_updates(world: World, params: Params) -> list[Json]:
    """Return the updates from `offset` on, waiting for the first."""
    world.updates.allow(params.json("allowed_updates"))
    limit = params.number("limit") or MAX_BATCH
    return await world.updates.poll(
        params.number("offset") or 0,
        limit=min(max(1, limit), MAX_BATCH),
        seconds=min(params.number("timeout") or 0, MAX_POLL),
    )


def set_webhook(world: World, params: Params) -> bool:
    """Have updates brought to a URL on this machine, where the world was made for that.

    Telegram wants https; nothing is ever brought elsewhere from here, whatever is asked.
    """
    url = params.text("url") or ""
    if url and not (world.takes_webhooks and _is_loopback(url)):
        raise bad("bad webhook: updates are not brought there by the playground")
    world.updates.allow(params.json("allowed_updates"))
    if params.flag("drop_pending_updates"):
        world.updates.queue.clear()
    world.updates.webhook = (
        Webhook(url, params.text("secret_token"), params.number("max_connections") or 40)
        if url
        else None
    )
    world.updates.bell.ring()
    return True


def _is_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK
    except ValueError:
        return False


def delete_webhook(world: World, params: Params) -> bool:
    world.updates.webhook = None
    if params.flag("drop_pending_updates"):
        world.updates.queue.clear()
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    hook = world.updates.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.queue),
    }
    if hook is not None:
        info["max_connections"] = hook.max_connections
        if hook.last_error is not None:
            info |= {"last_error_date": hook.last_error_at, "last_error_message": hook.last_error}
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
