"""What @BotFather would be asked to set: commands by language and scope, descriptions, the menu.

Done by the bot itself at start, and only when something has changed since the last time: Telegram
limits these calls, and an owner may have edited the texts by hand, which a restart must not undo.
"""

import hashlib
import json
import logging
from collections.abc import Sequence

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    MenuButtonCommands,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.commands import IN_GROUPS, menu
from core.locale import ELSE, LANGUAGES, Sentence
from core.locale.phrases import all_of
from core.models.values import Language
from core.store.key_values import KeyValues

logger = logging.getLogger(__name__)

DESCRIPTION = Sentence("bot_profile.description")
SHORT = Sentence("bot_profile.short")
REMEMBERED = "setup"


async def set_up(
    bot: "ExtBot[None]", memory: KeyValues, admins: Sequence[int], sources: Sequence[str]
) -> None:
    """Tell Telegram what the bot is and can do, unless it knows already."""
    wanted = _fingerprint(admins, sources)
    if await memory.get(REMEMBERED) == wanted:
        return
    try:
        for language, code in _shown():
            await _introduce(bot, language, code, sources)
        for admin in admins:
            await _commands_of_admin(bot, admin)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as error:
        # The bot works without; the next start tries again.
        logger.warning("commands and descriptions could not be set: %s", error)
        return
    await memory.put(REMEMBERED, wanted)


async def _introduce(
    bot: "ExtBot[None]", language: Language, code: str, sources: Sequence[str]
) -> None:
    everything = _commands(menu(language, is_admin=False))
    in_groups = [command for command in everything if command.command in IN_GROUPS]
    await bot.set_my_commands(
        everything, scope=BotCommandScopeAllPrivateChats(), language_code=code
    )
    await bot.set_my_commands(in_groups, scope=BotCommandScopeAllGroupChats(), language_code=code)
    await bot.set_my_description(_description(language, sources), language_code=code)
    await bot.set_my_short_description(SHORT(language), language_code=code)


async def _commands_of_admin(bot: "ExtBot[None]", admin: int) -> None:
    scope: BotCommandScope = BotCommandScopeChat(admin)
    try:
        for language, code in _shown():
            commands = _commands(menu(language, is_admin=True))
            await bot.set_my_commands(commands, scope=scope, language_code=code)
    except BadRequest as error:
        logger.info("an administrator has not started the bot yet: %s", error)


def _shown() -> list[tuple[Language, str]]:
    """Return our languages, and the user language Telegram shows each to ("": everybody else)."""
    return [(ELSE, ""), *((language, language) for language in LANGUAGES)]


def _commands(entries: Sequence[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in entries]


def _description(language: Language, sources: Sequence[str]) -> str:
    return DESCRIPTION(language, sources=all_of(sources, language))


def _fingerprint(admins: Sequence[int], sources: Sequence[str]) -> str:
    """Return what changes when anything set here does."""
    menus = [menu(language, is_admin=True) for language, _ in _shown()]
    texts = [
        {code: _description(code, sources) for code in LANGUAGES},
        {code: SHORT(code) for code in LANGUAGES},
    ]
    wanted = json.dumps([menus, *texts, sorted(admins)], ensure_ascii=False)
    return hashlib.sha256(wanted.encode()).hexdigest()[:16]
