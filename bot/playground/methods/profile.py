"""The bot's own set-up, which BotFather keeps: commands, descriptions, name, menu button."""

import json
import re
from collections.abc import Callable, Mapping

from bot.playground.methods.params import Json, Params
from bot.playground.refusals import bad
from bot.playground.world import World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
DEFAULT_SCOPE = {"type": "default"}


def get_me(world: World, _params: Params) -> Json:
    return world.bot.json | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.bot.reads_all,
        "supports_inline_queries": False,
    }


def set_my_commands(world: World, params: Params) -> bool:
    commands = params.objects("commands")
    if len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.bot.commands[_place(params)] = commands
    world.events.tell("chats")
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """Return the commands of exactly this scope and language."""
    return world.bot.commands.get(_place(params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.bot.commands.pop(_place(params), None)
    return True


def commands_for(world: World, user_id: int) -> list[Json]:
    """Return the commands a user is offered in private: the nearest scope, then language."""
    language = world.user(user_id).language_code
    scopes: list[Json] = [
        {"type": "chat", "chat_id": user_id},
        {"type": "all_private_chats"},
        DEFAULT_SCOPE,
    ]
    for scope in scopes:
        for code in (language, ""):
            found = world.bot.commands.get((_key(scope), code))
            if found:
                return found
    return []


def setter(name: str, most: int) -> Callable[[World, Params], bool]:
    """Return what sets one of the bot's texts (name, description, ...) in a language."""

    def set_text(world: World, params: Params) -> bool:
        texts = getattr(world.bot, f"{name}s")
        text, language = params.text(name) or "", params.text("language_code") or ""
        if len(text) > most:
            raise bad(f"{name} is too long")
        if text or not language:
            texts[language] = text
        else:
            texts.pop(language, None)
        world.bot.refresh()
        return True

    return set_text


def getter(name: str) -> Callable[[World, Params], Json]:
    def get_text(world: World, params: Params) -> Json:
        texts = getattr(world.bot, f"{name}s")
        return {name: texts.get(params.text("language_code") or "") or texts.get("", "")}

    return get_text


def set_chat_menu_button(world: World, params: Params) -> bool:
    button = params.object("menu_button") or {"type": "default"}
    world.bot.menu_buttons[params.number("chat_id")] = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Json:
    buttons = world.bot.menu_buttons
    return buttons.get(params.number("chat_id")) or buttons.get(None) or {"type": "default"}


def log_out(_world: World, _params: Params) -> bool:
    """Do nothing, as the loopback server is no cloud to log out from (`close` too)."""
    return True


def _place(params: Params) -> tuple[str, str]:
    return _key(params.object("scope") or DEFAULT_SCOPE), params.text("language_code") or ""


def _key(scope: Mapping[str, object]) -> str:
    return json.dumps(scope, sort_keys=True)
