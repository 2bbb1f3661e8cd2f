"""`paperboy push`: build a day if needed, deliver it, and end when everything is through."""

from datetime import timedelta

from rich.console import Console
from rich.text import Text

from bot.cli.dates import parse_day
from bot.cli.running import settled
from bot.delivery.post import DeliveryStats
from bot.process.event_loop import run_fast
from bot.process.office import open_office, token_of
from bot.settings import Settings
from core.models.values import Language

PATIENCE = timedelta(minutes=1)
"""To reach Telegram in; somebody, or a timer, will run it again."""
SENT: dict[Language, str] = {"zh": "📨 已发送 {sent} 条消息", "en": "📨 {sent} messages sent"}
MORE: dict[str, dict[Language, str]] = {
    "held": {
        "zh": "{number} 条还未送达：再次运行 paperboy push 即可，不会重复发送",
        "en": "{number} not delivered yet: run paperboy push again, nothing is sent twice",
    },
    "unsure": {
        "zh": "{number} 次没得到明确答复，不知是否送达",
        "en": "{number} times there was no clear answer, and nobody knows whether it arrived",
    },
    "given_up": {"zh": "{number} 条已放弃", "en": "{number} given up"},
    "gone": {
        "zh": "{number} 个聊天已无法送达，订阅已结束",
        "en": "{number} chats cannot be written to any more; their subscriptions have ended",
    },
    "refusing": {
        "zh": "{number} 个聊天暂时无法送达（被禁言、找不到……），之后会再试",
        "en": "{number} chats cannot be written to at the moment (muted, not found, …); they are"
        " tried again later",
    },
    "doubted": {
        "zh": "{number} 个聊天同时拒收，更像服务器出错：没有退订任何人，推送暂停",
        "en": "{number} chats refused at once, which looks like a broken server: nobody is"
        " unsubscribed",
    },
}
"""Said only where the number is not nought."""
REFUSED: dict[Language, str] = {
    "zh": "Telegram 拒绝了 {post}：{why}",
    "en": "Telegram refused {post}: {why}",
}


def run(*, date: str | None) -> None:
    """Run the command."""
    settings = settled()
    token_of(settings, "push")
    tally = run_fast(_push(settings, date))
    console = Console()
    for line in lines(tally, settings.digest_language):
        console.print(Text(line), soft_wrap=True)


async def _push(settings: Settings, date: str | None) -> DeliveryStats:
    async with open_office(settings, "push", patience=PATIENCE) as office:
        zone, now = settings.digest_timezone, office.services.core.now()
        day = parse_day(date, now=now, zone=zone) if date else None
        return await office.services.daily_jobs.push(day)


def lines(tally: DeliveryStats, language: Language) -> list[str]:
    """Return how a push went."""
    said = [SENT[language].format(sent=tally.sent)]
    for name, words in MORE.items():
        if number := getattr(tally, name):
            said.append(words[language].format(number=number))
    said += [REFUSED[language].format(post=post, why=why) for post, why in tally.refused]
    return said
