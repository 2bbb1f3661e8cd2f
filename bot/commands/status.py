"""`/status`: how things stand, in plain words: the next post, today's list, sources, budget."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import Caller, answer, as_chat, caller_of, is_operator, view_of
from bot.commands.context import BotServices, Context
from bot.commands.current_edition import newest_for
from bot.commands.filters import SAID
from bot.commands.today import next_time
from bot.features.deep_dives.limits import readings_left
from bot.render.reader_time import moment
from bot.render.view import tailored
from core.llm.quota.planner import Budget
from core.models.chat import Chat
from core.models.values import Language
from core.report.words import SOURCE_NAMES, selections
from core.store import FetchSummary

MENU: dict[Language, str] = {
    "zh": "下一份何时送到，来源和额度是否正常",
    "en": "When the next post comes, and whether all is well",
}
RECENTLY = timedelta(hours=24)
SCARCE = 0.25
"""The share of a day's requests from which on they are called scarce."""
TEXT: dict[str, dict[Language, str]] = {
    "next": {"zh": "📬 下一份日报：{when}", "en": "📬 Next post: {when}"},
    "paused": {
        "zh": "⏸ 推送已暂停，/settings 里可以恢复",
        "en": "⏸ Posts are paused; /settings resumes them",
    },
    "none": {
        "zh": "📭 还没有订阅，/start 之后每天早上送到",
        "en": "📭 Not subscribed: /start brings a post every morning",
    },
    "list": {
        "zh": "📰 最新一期 {day}：扫描 {scanned} 篇（{sources}），精选 {picks} 篇",
        "en": "📰 Latest digest, {day}: {scanned} papers scanned ({sources}), {picks} picked",
    },
    "no_list": {"zh": "📰 还没有做好的日报", "en": "📰 No digest has been made yet"},
    "sources": {"zh": "🌐 来源：{said}", "en": "🌐 Sources: {said}"},
    "unread": {"zh": "最近一天没有读取", "en": "not read in the last day"},
    "fine": {"zh": "{name} 正常", "en": "{name} fine"},
    "shaky": {"zh": "{name} 时断时续", "en": "{name} on and off"},
    "down": {"zh": "{name} 读不到", "en": "{name} cannot be read"},
    "no_model": {
        "zh": "🤖 没有配置模型：评分在本地完成，解读为论文原句摘录",
        "en": "🤖 No model is set up: scores are local and papers are quoted, not read",
    },
    "plenty": {"zh": "🤖 模型额度充足", "en": "🤖 Plenty of model budget"},
    "scarce": {
        "zh": "🤖 今天的模型额度不多了，还能用约 {left} 次",
        "en": "🤖 Today's model budget runs low: about {left} calls are left",
    },
    "gone": {
        "zh": "🤖 今天的模型额度已用完，{when}恢复；期间点开的论文先给原句，恢复后自动补上",
        "en": "🤖 Today's model budget is used up; it is back {when}. Until then papers are quoted,"
        " and their readings follow by themselves",
    },
    "own": {
        "zh": "📖 你今天还能要 {left} 篇新解读",
        "en": "📖 You may ask for {left} more new readings today",
    },
}


async def status(update: Update, context: Context) -> None:
    """Answer with how things stand."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    chat = as_chat(caller, services)
    parts = [
        await _post(caller, chat, services),
        await _list(caller, chat, services),
        await _sources(services, caller.language),
        await _budget(services, chat, caller.language),
    ]
    if not is_operator(update, services):
        parts.append(await _own(services, caller))
    await answer(services, caller, "\n".join(filter(None, parts)))


async def _post(caller: Caller, chat: Chat, services: BotServices) -> str:
    if not caller.is_subscribed:
        return _say("none", caller.language)
    if chat.paused_at is not None:
        return _say("paused", caller.language)
    return _say("next", caller.language, when=await next_time(chat, services))


async def _list(caller: Caller, chat: Chat, services: BotServices) -> str:
    edition = await newest_for(chat, services)
    if edition is None:
        return _say("no_list", caller.language)
    digest = tailored(edition, view_of(chat, services)).digest
    return _say(
        "list",
        caller.language,
        day=digest.day,
        scanned=digest.papers,
        sources=selections(digest.scanned, caller.language),
        picks=len(digest.picks),
    )


async def _sources(services: BotServices, language: Language) -> str:
    since = services.core.now() - RECENTLY
    summaries = await services.core.store.fetches.summary(since)
    said = [health(summary, language) for summary in summaries]
    separator = "，" if language == "zh" else ", "
    return _say("sources", language, said=separator.join(said) or _say("unread", language))


def health(summary: FetchSummary, language: Language) -> str:
    """Return in two words how a source behaved."""
    if summary.failed == 0:
        kind = "fine"
    else:
        kind = "down" if summary.failed == summary.fetches else "shaky"
    return _say(kind, language, name=SOURCE_NAMES.get(summary.source, summary.source))


async def _budget(services: BotServices, chat: Chat, language: Language) -> str:
    if services.core.chains is None:
        return _say("no_model", language)
    budgets = await services.core.chains.budgets()
    left = calls_left(budgets)
    if left is None:
        return _say("plenty", language)
    if left == 0:
        resets = min(budget.resets_at for budget in budgets)
        when = moment(resets, services.core.now(), chat.zone, language)
        return _say("gone", language, when=when)
    allowed = sum(budget.limits.rpd for budget in budgets)
    return _say("scarce" if left < SCARCE * allowed else "plenty", language, left=left)


def calls_left(budgets: Sequence[Budget]) -> int | None:
    """Return how many calls today's budgets of all models still allow; None: without end."""
    if any(not budget.limits.rpd for budget in budgets):
        return None
    left = (budget.limits.rpd - sum(budget.used.values()) for budget in budgets)
    return sum(max(number, 0) for number in left)


async def _own(services: BotServices, caller: Caller) -> str:
    """Return how many new readings somebody may still ask for; nothing where that has no limit."""
    if services.core.chains is None:
        return ""
    left = await readings_left(services.core, caller.person)
    return "" if left is None else _say("own", caller.language, left=left)


def _say(key: str, language: Language, **values: object) -> str:
    return TEXT[key][language].format(**values)


HANDLERS = [CommandHandler("status", status, filters=SAID)]
