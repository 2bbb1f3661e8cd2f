"""What the bot answers to. One file per command, named like it; a new one is a file and a line.

admins           commands of the bot's own administrators
allow_list       the allow-list
ask              /ask: a question about one paper
broadcast        /broadcast text, for administrators
build            /build [date], for administrators
caller           who says something, where, in which language they are answered
context          what handlers are given besides the update
current_edition  editions as a reader sees them, and what their numbers mean
fallback         what nobody else has answered
feedback         taps under papers
figure           the button 🖼 under a deep dive
filters          which messages are said to the bot
free_text        what is said in private without a command
help             /help: everything the bot can do, on one screen
keyboard         taps on buttons, and that each is answered
membership       being blocked, unblocked, added to groups, removed from them, and groups that
paper            /paper: any paper by id, link or number in today's list
privacy          /export and /forget: all that is stored of a reader, as a file, and gone
push_pause       the buttons under the news that many chats refuse
saved            /saved and the feedback board
search           /search: papers by words, in titles, abstracts and readings
settings         /settings: hour, zone, language, length, threshold, quiet days, pause
settings_menu    the boards of /settings: what is set, the choices for each, and what a choice
start            /start: subscribe, and see at once what comes every morning
stats            /stats, for administrators
status           /status: how things stand, in plain words
stop             /stop: the end of a subscription, and the way back
suggestions      suggestions for whoever named a paper nobody knows
today            /today: the newest list, or a named day's
topic_changes    a chat's topics as a message
topics           /topics: what a reader wants and does not want, in any words
topics_menu      the boards of /topics: what is wanted, what avoided, how that is understood

A module has HANDLERS and, if it is a command for the menu, MENU: a few words in each language.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from telegram.ext import Application

from bot.commands import (
    allow_list,
    ask,
    broadcast,
    build,
    fallback,
    feedback,
    figure,
    free_text,
    help,
    membership,
    paper,
    privacy,
    push_pause,
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
from bot.commands.context import Context
from core.models.values import Language

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
    feedback,
    push_pause,
    privacy,
    membership,
    free_text,
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
    return [(name, words(language)) for name, words in names if words]


def add_handlers(application: "Application[Any, Context, Any, Any, Any, Any]") -> None:
    """Let `application` answer."""
    application.add_handlers(allow_list.HANDLERS, group=BEFORE)
    for module in COMMANDS:
        application.add_handlers(module.HANDLERS)
