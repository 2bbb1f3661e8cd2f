"""`paperboy push`: build a day if needed, deliver it, and end when everything is through."""

from datetime import timedelta

from rich.console import Console
from rich.text import Text

from bot.app.bot import build, token_of
from bot.cli.running import parse_day, run_fast, settled
from bot.delivery.post import DeliveryStats
from bot.settings import Settings
from core.locale import Sentence, Sentences
from core.models.values import Language

PATIENCE = timedelta(minutes=1)
"""To reach Telegram in; somebody, or a timer, will run it again."""
SENT = Sentence("push.sent")
MORE = Sentences("push.more", ("held", "unsure", "given_up", "gone", "refusing", "doubted"))
"""Said only where the number is not nought."""
REFUSED = Sentence("push.refused")


def run(*, date: str | None) -> None:
    settings = settled()
    token_of(settings, "push")
    tally = run_fast(_push(settings, date))
    console = Console()
    for line in lines(tally, settings.digest_language):
        console.print(Text(line), soft_wrap=True)


async def _push(settings: Settings, date: str | None) -> DeliveryStats:
    async with build(settings, "push", patience=PATIENCE) as bot:
        zone, now = settings.digest_timezone, bot.services.now()
        day = parse_day(date, now=now, zone=zone) if date else None
        return await bot.services.daily_jobs.push(day)


def lines(tally: DeliveryStats, language: Language) -> list[str]:
    said = [SENT(language, count=tally.sent)]
    numbers = {name: getattr(tally, name) for name in MORE.names}
    said += [MORE(name, language, count=count) for name, count in numbers.items() if count]
    said += [REFUSED(language, post=post, why=why) for post, why in tally.refused]
    return said
