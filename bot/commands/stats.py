"""`/stats`, for administrators: audience, deliveries, calls and costs of a day, failures."""

from datetime import timedelta

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.admins import for_admins
from bot.commands.caller import answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.filters import TO_ME
from bot.commands.status import health
from bot.daily.alerts import alerts_now
from core.llm.outcomes import Outcome
from core.models.chat import ChatKind
from core.models.values import Language

MENU: dict[Language, str] = {"zh": "订阅、送达、调用与费用", "en": "Audience, deliveries, costs"}
WINDOW = timedelta(hours=24)
KINDS: dict[ChatKind, dict[Language, str]] = {
    ChatKind.PRIVATE: {"zh": "订阅者", "en": "subscribers"},
    ChatKind.GROUP: {"zh": "群", "en": "groups"},
    ChatKind.CHANNEL: {"zh": "频道", "en": "channels"},
}
TEXT: dict[str, dict[Language, str]] = {
    "title": {"zh": "📊 最近 24 小时", "en": "📊 The last 24 hours"},
    "audience": {"zh": "👥 {said}", "en": "👥 {said}"},
    "kind": {"zh": "{kind} {active}（已离开 {left}）", "en": "{active} {kind} ({left} left)"},
    "sent": {
        "zh": "📬 送达 {sent}，放弃 {given_up}，等待 {waiting}，存疑 {unsure}",
        "en": "📬 {sent} delivered, {given_up} given up, {waiting} waiting, {unsure} unsure",
    },
    "calls": {
        "zh": "🤖 模型调用 {calls} 次（{failed} 次未成），费用 {cost}",
        "en": "🤖 {calls} model calls ({failed} without an answer), cost {cost}",
    },
    "asked": {"zh": "📖 读者要了 {count} 篇新解读", "en": "📖 {count} new readings asked for"},
    "sources": {"zh": "🌐 {said}", "en": "🌐 {said}"},
}


async def stats(update: Update, context: Context) -> None:
    """Answer with the figures."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    language = caller.language
    alerts = [f"⚠️ {alert}" for alert in await alerts_now(services.core, language)]
    await answer(services, caller, "\n".join([*await figures(services, language), *alerts]))


async def figures(services: BotServices, language: Language) -> list[str]:
    """Return the figures, one line each."""
    store, since = services.core.store, services.core.now() - WINDOW
    counts = await store.chats.counts()
    audience = [
        _say("kind", language, kind=KINDS[kind][language], active=active, left=left)
        for kind, (active, left) in counts.items()
    ]
    calls = await store.calls.summary(since)
    prices = [call.cost_usd for call in calls]
    cost = f"${sum(price for price in prices if price is not None):.2f}"
    sources = [health(summary, language) for summary in await store.fetches.summary(since)]
    return [
        _say("title", language),
        _say("audience", language, said=" · ".join(audience)),
        _say("sent", language, **await store.deliveries.counts(since)),
        _say(
            "calls",
            language,
            calls=sum(call.calls for call in calls),
            failed=sum(call.calls for call in calls if call.outcome != Outcome.OK),
            cost=f"≥ {cost}" if None in prices else cost,
        ),
        _say("asked", language, count=await store.requests.count(since)),
        *([_say("sources", language, said=" · ".join(sources))] if sources else []),
    ]


def _say(key: str, language: Language, **values: object) -> str:
    return TEXT[key][language].format(**values)


HANDLERS = [CommandHandler("stats", for_admins(stats), filters=TO_ME)]
