"""`/help`: everything the bot can do, on one screen."""

from telegram import Update
from telegram.ext import CommandHandler

from bot.commands.caller import answer, caller_of, is_operator
from bot.commands.context import Context
from bot.commands.filters import SAID
from core.models.values import Language

MENU: dict[Language, str] = {"zh": "全部用法", "en": "What the bot can do"}
HELP: dict[Language, str] = {
    "zh": """📰 每天早上
/today 今天的论文目录，/today 昨天 或 /today 03-10 看那一天的
/settings 时间、时区、语言、篇数、门槛、暂停；也可以写 /settings Asia/Tokyo 07:30
/topics 换成自己的主题：/topics 视频生成, 超分 -医学；一句话也行；/topics reset
在论文下面点 👍 👎 🔖 ➕ 🚫，下一份日报就会跟着变；/saved 看收藏
/start 订阅，/stop 退订

📖 读论文
/paper 2603.08258 解读任意一篇；目录里的也可以写编号：/paper 2
也认带版本号的、旧式的编号，以及 arXiv、Hugging Face、alphaXiv、DOI 的链接；直接转发或粘贴链接也行
/ask 2 用了什么数据：只按这篇的原文回答；直接回复一条解读也行
/search 超分 扩散：在读到过的所有论文里找

ℹ️ /status 下一份何时送到，今天读了什么，还剩多少额度
🔐 /export 导出关于你的全部数据，/forget 删除""",
    "en": """📰 Every morning
/today shows today's papers, /today yesterday or 03-10 that day's
/settings: hour, time zone, language, how many, threshold, pause
(or in words: /settings Asia/Tokyo 07:30)
/topics: your own topics: /topics video generation, NeRF -medical; a sentence will do; /topics reset
Tap 👍 👎 🔖 ➕ 🚫 under a paper and the next post follows; /saved lists what you saved
/start subscribes, /stop unsubscribes

📖 Reading
/paper 2603.08258 reads any paper; one of the list by its number: /paper 2
Also ids with a version, old-style ones, links of arXiv, Hugging Face, alphaXiv, DOI; or forward it
/ask 2 which data? answers from that paper alone; or reply to a deep dive
/search super-resolution finds papers among all seen so far

ℹ️ /status: when the next post comes, what was read today, what is left of the budget
🔐 /export: all that is stored of you; /forget deletes it""",
}
FOR_ADMINS: dict[Language, str] = {
    "zh": "\n\n🛠 管理员\n/stats 订阅、送达、调用与费用\n/build [日期] 先看后发"
    "\n/broadcast 文字：预览后发给所有人",
    "en": "\n\n🛠 Administrators\n/stats: audience, deliveries, calls and costs\n/build [date]:"
    " preview, then publish\n/broadcast text: preview, then send to everybody",
}


async def help_(update: Update, context: Context) -> None:
    """Answer with the list."""
    services, caller = context.services, await caller_of(update, context.services)
    if caller is None:
        return
    more = FOR_ADMINS[caller.language] if is_operator(update, services) else ""
    await answer(services, caller, HELP[caller.language] + more)


HANDLERS = [CommandHandler("help", help_, filters=SAID)]
