"""`/topics`: a reader's own topics, shown, set, added to, taken from, in any language.

Several stand between commas, semicolons or line breaks. Without any of their own, readers have
the digest's: adding to those makes them one's own.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.filters import SAID
from bot.commands.people import answer, argument, as_chat, caller_of, may_manage
from bot.commands.start import ADMINS_ONLY
from bot.commands.today import next_time
from bot.context import Context
from core.models import Language
from core.visible import one_line, visible

MENU: dict[Language, str] = {
    "zh": "我的主题：查看、设置、+增加、-删除",
    "en": "My topics: show, set, +add, -remove",
}
MOST = 10
LONGEST = 60
"""Characters of one topic."""
_BETWEEN = re.compile(r"[,，、;；\n]+")
_RESET = frozenset({"reset", "default", "重置", "默认", "恢复默认"})

SHOWN: dict[Language, str] = {
    "zh": "🎯 {whose}：\n{topics}\n\n换成自己的：/topics 视频生成, 3D 重建\n"
    "增加：/topics +低光增强　删除：/topics -{first}　恢复默认：/topics reset",
    "en": "🎯 {whose}:\n{topics}\n\nSet your own: /topics video generation, 3D reconstruction\n"
    "Add: /topics +low light · remove: /topics -{first} · back to the digest's: /topics reset",
}
WHOSE: dict[bool, dict[Language, str]] = {
    True: {"zh": "你自己的主题", "en": "Your own topics"},
    False: {"zh": "日报的主题（你还没有自己的）", "en": "The digest's topics (none of your own)"},
}
"""True: the reader has topics of their own."""
CHANGED: dict[Language, str] = {
    "zh": "✅ 主题已更新：\n{topics}\n\n从下一份日报（{when}）起，按这些主题在本地评分挑选。",
    "en": "✅ Your topics are now:\n{topics}\n\nFrom the next post on ({when}) papers are picked by"
    " them, with scores made locally.",
}
DEFAULT: dict[Language, str] = {
    "zh": "✅ 已用回日报的主题：\n{topics}\n\n从下一份日报（{when}）起生效。",
    "en": "✅ Back to the digest's topics:\n{topics}\n\nThis holds from the next post on ({when}).",
}
SUBSCRIBE_FIRST: dict[Language, str] = {
    "zh": "先发 /start 订阅，再设置自己的主题。",
    "en": "Subscribe with /start first, then set topics of your own.",
}
WRONG: dict[str, dict[Language, str]] = {
    "empty": {
        "zh": "没有看到主题。例如：/topics 视频生成, 3D 重建",
        "en": "No topic there. For example: /topics video generation, 3D reconstruction",
    },
    "wordless": {
        "zh": "“{topic}”里没有文字，没法拿来挑论文。请用几个中文或英文的词。",
        "en": "“{topic}” has no words to pick papers by. Use a few words, in any language.",
    },
    "long": {
        "zh": f"每个主题最多 {LONGEST} 个字符，这个太长：“{{topic}}……”",
        "en": f"A topic has at most {LONGEST} characters; this one is too long: “{{topic}}…”",
    },
    "many": {
        "zh": f"最多 {MOST} 个主题。先用 /topics -主题 删掉几个。",
        "en": f"At most {MOST} topics. Remove some with /topics -topic.",
    },
    "unknown": {
        "zh": "你的主题里没有“{topic}”。发 /topics 查看。",
        "en": "“{topic}” is not among your topics; /topics shows them.",
    },
    "mixed": {
        "zh": "要么都带 + 或 -（增减），要么都不带（整个换掉），不能混着写。",
        "en": "Either each has a + or - (to add and remove), or none has (to replace all).",
    },
}


@dataclass(frozen=True)
class Mistake:
    """Why a wish cannot be granted: a key of `WRONG`, and the topic it is about."""

    kind: str
    topic: str = ""


async def topics(update: Update, context: Context) -> None:
    """Show or change the chat's topics."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None or update.message is None:
        return
    language, chat = caller.language, as_chat(caller, services)
    own, usual = chat.interests, services.core.focus.interests
    wanted = argument(update.message)
    if not wanted:
        first = (own or usual)[0]
        whose = WHOSE[bool(own)][language]
        shown = SHOWN[language].format(whose=whose, topics=listed(own or usual), first=first)
        await answer(services, caller, shown)
        return
    if not caller.is_subscribed:
        await answer(services, caller, SUBSCRIBE_FIRST[language])
        return
    if not await may_manage(update, context):
        await answer(services, caller, ADMINS_ONLY[language])
        return
    changed = chosen(wanted, own or usual)
    if isinstance(changed, Mistake):
        text = WRONG[changed.kind][language].format(topic=changed.topic)
        await answer(services, caller, text)
        return
    if _same(changed, usual):
        changed = ()
    await services.core.store.chats.change(chat.chat_id, interests=changed)
    said, when = CHANGED if changed else DEFAULT, next_time(chat, services)
    await answer(
        services, caller, said[language].format(topics=listed(changed or usual), when=when)
    )


def listed(interests: Sequence[str]) -> str:
    """Return topics as lines."""
    return "\n".join(f"• {interest}" for interest in interests)


def chosen(text: str, before: Sequence[str]) -> tuple[str, ...] | Mistake:
    """Return the topics that `text` asks for; () for the digest's own again."""
    wishes = [wish for wish in map(_cleaned, _BETWEEN.split(visible(text))) if wish]
    if not wishes:
        return Mistake("wordless", topic="🙈") if text.strip() else Mistake("empty")
    if len(wishes) == 1 and wishes[0].casefold() in _RESET:
        return ()
    signed = [wish[0] in "+-" for wish in wishes]
    if any(signed) and not all(signed):
        return Mistake("mixed")
    return _changed(wishes, before) if all(signed) else _checked(wishes)


def _changed(wishes: Sequence[str], before: Sequence[str]) -> tuple[str, ...] | Mistake:
    """Return `before` with the +wishes and without the -wishes."""
    topics = list(before)
    for wish in wishes:
        topic = wish[1:].strip()
        if wish[0] == "+":
            topics.append(topic)
            continue
        kept = [other for other in topics if other.casefold() != topic.casefold()]
        if len(kept) == len(topics):
            return Mistake("unknown", topic[:LONGEST])
        topics = kept
    return _checked(topics) if topics else ()


def _checked(wishes: Sequence[str]) -> tuple[str, ...] | Mistake:
    """Return topics, each once, if they can be searched for."""
    for topic in wishes:
        if not any(unicodedata.category(character)[0] in "LN" for character in topic):
            return Mistake("wordless", topic[:LONGEST])
        if len(topic) > LONGEST:
            return Mistake("long", topic[:20])
    seen: dict[str, str] = {}
    for topic in wishes:
        seen.setdefault(topic.casefold(), topic)
    topics = tuple(seen.values())
    return topics if len(topics) <= MOST else Mistake("many")


def _cleaned(wish: str) -> str:
    """Return a wish as one visible line, full-width signs and letters as their plain forms."""
    return one_line(unicodedata.normalize("NFKC", wish))


def _same(topics: Sequence[str], others: Sequence[str]) -> bool:
    return [topic.casefold() for topic in topics] == [other.casefold() for other in others]


HANDLERS = [CommandHandler("topics", topics, filters=SAID)]
