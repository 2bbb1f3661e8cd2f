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
from core.models.values import Language
from core.store import Store

logger = logging.getLogger(__name__)

DESCRIPTION: dict[Language, str] = {
    "zh": "每天早上，从 Hugging Face 和 arXiv 的几百篇新论文里挑出值得读的几篇，给出评分和理由，"
    "附深度解读或原文摘录。点「开始」订阅；/paper 加 arXiv 编号可解读任意一篇。",
    "en": "Every morning the few papers worth your time, out of hundreds from Hugging Face and"
    " arXiv: scored with a reason, read or quoted. Press Start to subscribe; /paper with an arXiv"
    " id reads any paper.",
}
SHORT: dict[Language, str] = {
    "zh": "论文日报：每天早上几篇值得读的 CV 论文，附评分、理由，以及解读或原文摘录。",
    "en": "The few CV papers worth your morning, scored with a reason, read or quoted.",
}
LANGUAGES: tuple[tuple[Language, str], ...] = (("en", ""), ("zh", "zh"), ("en", "en"))
"""Our language, and the user language Telegram shows it to ("": everybody else)."""
REMEMBERED = "setup"


async def set_up(bot: "ExtBot[None]", store: Store, admins: Sequence[int]) -> None:
    """Tell Telegram what the bot is and can do, unless it knows already."""
    wanted = _fingerprint(admins)
    if await store.key_values.get(REMEMBERED) == wanted:
        return
    try:
        for language, code in LANGUAGES:
            await _introduce(bot, language, code)
        for admin in admins:
            await _commands_of_admin(bot, admin)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as error:
        # The bot works without; the next start tries again.
        logger.warning("commands and descriptions could not be set: %s", error)
        return
    await store.key_values.put(REMEMBERED, wanted)


async def _introduce(bot: "ExtBot[None]", language: Language, code: str) -> None:
    everything = _commands(menu(language, is_admin=False))
    in_groups = [command for command in everything if command.command in IN_GROUPS]
    await bot.set_my_commands(
        everything, scope=BotCommandScopeAllPrivateChats(), language_code=code
    )
    await bot.set_my_commands(in_groups, scope=BotCommandScopeAllGroupChats(), language_code=code)
    await bot.set_my_description(DESCRIPTION[language], language_code=code)
    await bot.set_my_short_description(SHORT[language], language_code=code)


async def _commands_of_admin(bot: "ExtBot[None]", admin: int) -> None:
    scope: BotCommandScope = BotCommandScopeChat(admin)
    try:
        for language, code in LANGUAGES:
            commands = _commands(menu(language, is_admin=True))
            await bot.set_my_commands(commands, scope=scope, language_code=code)
    except BadRequest as error:
        logger.info("an administrator has not started the bot yet: %s", error)


def _commands(entries: Sequence[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(name, description) for name, description in entries]


def _fingerprint(admins: Sequence[int]) -> str:
    """Return what changes when anything set here does."""
    menus = [menu(language, is_admin=True) for language, _ in LANGUAGES]
    wanted = json.dumps([menus, DESCRIPTION, SHORT, sorted(admins)], ensure_ascii=False)
    return hashlib.sha256(wanted.encode()).hexdigest()[:16]
