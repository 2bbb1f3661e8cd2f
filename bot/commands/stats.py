"""`/stats`, for administrators: audience, deliveries, calls and costs of a day, failures."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import TO_ME, answer, caller_of
from bot.commands.context import BotServices, Context
from bot.commands.fallback import for_admins
from bot.commands.status import health
from core.locale import Sentence, Sentences
from core.models.chat import ChatKind
from core.models.values import Language

MENU = Sentence("stats.menu")
KINDS = Sentences("stats.kinds", ChatKind)
_say = Sentences("stats")


async def stats(update: Update, context: Context) -> None:
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    language = caller.language
    alerts = [f"⚠️ {alert}" for alert in await services.alerts.sentences(language)]
    await answer(services, caller, "\n".join([*await figures(services, language), *alerts]))


async def figures(services: BotServices, language: Language) -> list[str]:
    day = await services.statistics.figures()
    audience = [
        _say("kind", language, kind=KINDS[kind].filled(count=active), active=active, left=left)
        for kind, (active, left) in day.audience.items()
    ]
    cost = f"{'' if day.is_whole_cost else '≥ '}${day.cost:.2f}"
    sources = [health(*source, language) for source in await services.status.sources()]
    return [
        _say("title", language),
        _say("audience", language, said=" · ".join(audience)),
        _say("sent", language, **day.deliveries),
        _say("calls", language, count=day.calls, failed=day.failed, cost=cost),
        _say("asked", language, count=day.asked),
        *([_say("sources", language, said=" · ".join(sources))] if sources else []),
    ]


HANDLERS = [CommandHandler("stats", for_admins(stats), filters=TO_ME)]
