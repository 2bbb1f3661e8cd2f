"""Looking at chats and their members, and leaving them."""

from bot.playground import refusals
from bot.playground.methods.params import Json, Params
from bot.playground.people import Chat, member_json
from bot.playground.refusals import bad, not_member
from bot.playground.world import World

NO_GIFTS = dict.fromkeys(
    (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ),
    False,
)


def get_chat(world: World, params: Params) -> Json:
    chat = _seen(world, params)
    return chat.json | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": NO_GIFTS,
    }


def get_chat_member(world: World, params: Params) -> Json:
    chat, user_id = _seen(world, params), params.needed("user_id")
    if user_id == world.bot.id:
        return member_json(world.bot.json, chat.bot, chat.type)
    if user_id not in world.users:
        raise bad(refusals.USER_NOT_FOUND)
    return member_json(world.user(user_id).json, _standing(chat, user_id), chat.type)


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    chat = _seen(world, params)
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    admins = [
        member_json(world.user(user_id).json, _standing(chat, user_id), chat.type)
        for user_id in sorted(chat.admins)
    ]
    if chat.bot == "administrator":
        admins.append(member_json(world.bot.json, chat.bot, chat.type))
    return admins


def get_chat_member_count(world: World, params: Params) -> int:
    return len(_seen(world, params).members) + 1


def leave_chat(world: World, params: Params) -> bool:
    chat = _seen(world, params)
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    chat.bot = "left"
    world.events.tell("chats", chat.id)
    return True


def _seen(world: World, params: Params) -> Chat:
    chat = world.chat(params.chat())
    if not chat.is_private and chat.bot in ("left", "kicked"):
        raise not_member(chat.type)
    return chat


def _standing(chat: Chat, user_id: int) -> str:
    if user_id in chat.admins:
        return "creator" if user_id == min(chat.admins) else "administrator"
    return "member" if user_id in chat.members else "left"
