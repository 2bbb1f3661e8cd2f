"""`/stats`, for administrators: audience, deliveries, calls and costs of a day, failures."""

from datetime import timedelta

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.admins import for_admins
from bot.commands.caller import answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.filters import TO_ME
from bot.commands.status import health
from core.llm.outcomes import Outcome
from core.locale import Sentence, Sentences
from core.models.chat import ChatKind
from core.models.values import Language

MENU = Sentence("stats.menu")
WINDOW = timedelta(hours=24)
KINDS = Sentences("stats.kinds", ChatKind)
_say = Sentences("stats")


async def stats(update: Update, context: Context) -> None:
    """Answer with the figures."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    language = caller.language
    alerts = [f"⚠️ {alert}" for alert in await services.alerts.sentences(language)]
    await answer(services, caller, "\n".join([*await figures(services, language), *alerts]))


async def figures(services: BotServices, language: Language) -> list[str]:
    """Return the figures, one line each."""
    store, since = services.core.store, services.core.now() - WINDOW
    counts = await store.chats.counts()
    audience = [
        _say("kind", language, kind=KINDS[kind].filled(count=active), active=active, left=left)
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
            count=sum(call.calls for call in calls),
            failed=sum(call.calls for call in calls if call.outcome != Outcome.OK),
            cost=f"≥ {cost}" if None in prices else cost,
        ),
        _say("asked", language, count=await store.requests.count(since)),
        *([_say("sources", language, said=" · ".join(sources))] if sources else []),
    ]


HANDLERS = [CommandHandler("stats", for_admins(stats), filters=TO_ME)]
