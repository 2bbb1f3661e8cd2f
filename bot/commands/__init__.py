"""What the bot answers to: a file a command, named like it. It parses, calls a feature, answers.

allow_list       who may use the bot; the others get one polite line
ask              /ask: a question about one paper
broadcast        /broadcast, for administrators: a preview, a confirmation, then to everybody
build            /build, for administrators: a preview, then publish
caller           who is meant by an update, in which chat and language; what they see now
context          what handlers are given besides the update
fallback         what nobody else answers; what only administrators are answered
feedback         taps under papers: 👍 👎 🔖, more like this, not this topic
figure           the button 🖼 under a deep dive
free_text        what is said in private without a command: a link is opened
help             /help: everything the bot can do, on one screen
keyboard         taps on buttons; each is answered
membership       being blocked, unblocked, added to groups, removed; groups that get another id
paper            /paper: any paper by id, link or number in today's list; the buttons of dives
privacy          /export and /forget
push_pause       the buttons under the news that many chats refuse
saved            /saved, and the board of what was said of papers
search           /search: papers by words, in titles, abstracts and readings
settings         /settings, by buttons or in words
settings_menu    the boards of /settings (pure)
start            /start: subscribe, or open the paper of a deep link
stats            /stats, for administrators: the figures of a day
status           /status: the next post, today's list, sources, budget
stop             /stop: the end of a subscription, and the way back
today            /today: the newest list, or a named day's
topics           /topics: what a reader wants and does not want, in any words
topics_menu      the boards of /topics (pure)

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
    modules = (*READERS, *ADMINS) if is_admin else READERS
    names = [(module.__name__.rpartition(".")[2], module.MENU) for module in modules]
    return [(name, words(language)) for name, words in names if words]


def add_handlers(application: "Application[Any, Context, Any, Any, Any, Any]") -> None:
    application.add_handlers(allow_list.HANDLERS, group=BEFORE)
    for module in COMMANDS:
        application.add_handlers(module.HANDLERS)
