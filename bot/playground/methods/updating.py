"""How updates get to the bot: by polling. Webhooks are refused."""

from bot.playground.methods.params import Json, Params
from bot.playground.refusals import bad
from bot.playground.world import World

MAX_POLL = 50
"""Seconds Telegram waits at most."""
MAX_BATCH = 100


async def get_updates(world: World, params: Params) -> list[Json]:
    """Return the updates from `offset` on, waiting for the first."""
    world.updates.allow(params.json("allowed_updates"))
    limit = params.number("limit") or MAX_BATCH
    return await world.updates.poll(
        params.number("offset") or 0,
        limit=min(max(1, limit), MAX_BATCH),
        seconds=min(params.number("timeout") or 0, MAX_POLL),
    )


def set_webhook(_world: World, params: Params) -> bool:
    """Refuse: nothing is ever brought anywhere from here, whatever is asked."""
    if params.text("url"):
        raise bad("bad webhook: updates are not brought there by the playground")
    return True


def delete_webhook(world: World, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        world.updates.queue.clear()
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.queue),
    }
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
