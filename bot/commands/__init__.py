"""What the bot answers to. One file per command, named like it; a new one is a file and a line.

people      who says something, where, in which language they are answered
keyboard    taps on buttons, and that each is answered
topic_matches  topics that no concept and no paper matches, and what would
ours        editions as a reader sees them, and what their numbers mean

A module has HANDLERS and, if it is a command for the menu, MENU: a few words in each language.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from telegram.ext import Application

from bot.commands import (
    ask,
    broadcast,
    build,
    chatter,
    fallback,
    figure,
    gate,
    help,
    marks,
    membership,
    paper,
    pausing,
    privacy,
    saved,
    search,
    settings,
    start,
    stats,
    status,
    stop,
    today,
    topics,
)
from bot.context import Context
from core.models import Language

READERS: Sequence[ModuleType] = (
    today,
    paper,
    ask,
    search,
    saved,
    topics,
    settings,
    status,
    help,
    start,
    stop,
)
"""In the order of the menu."""
ADMINS: Sequence[ModuleType] = (stats, build, broadcast)
COMMANDS: Sequence[ModuleType] = (
    *READERS,
    *ADMINS,
    figure,
    marks,
    pausing,
    privacy,
    membership,
    chatter,
    fallback,  # last: whatever nobody has answered
)
IN_GROUPS = frozenset(
    {"today", "paper", "ask", "search", "status", "settings", "start", "stop", "help"}
)
"""Commands a group's menu shows; the others answer there as well."""
BEFORE = -1
"""The gate's group: before all others."""


def menu(language: Language, *, is_admin: bool) -> list[tuple[str, str]]:
    """Return the commands of the menu and what they do."""
    modules = (*READERS, *ADMINS) if is_admin else READERS
    names = [(module.__name__.rpartition(".")[2], module.MENU) for module in modules]
    return [(name, words[language]) for name, words in names if words]


def add_handlers(application: "Application[Any, Context, Any, Any, Any, Any]") -> None:
    """Let `application` answer."""
    application.add_handlers(gate.HANDLERS, group=BEFORE)
    for module in COMMANDS:
        application.add_handlers(module.HANDLERS)
