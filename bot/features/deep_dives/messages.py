"""What the reading room says while, before and instead of showing a deep dive."""

from dataclasses import replace
from datetime import timedelta

from bot.render.deep_dive import dive as dive_pages
from bot.render.deep_links import open_data
from bot.render.message import Button, Message
from bot.render.text import Text, fits, join, plain
from core.analyze.deep_dives import DeepDive
from core.models.values import Delay, Language, Paper, ScoredPaper
from core.report.tex import readable
from core.report.words import about

LONG_AGO = timedelta(minutes=2)
"""From then on an edited answer is announced by a message."""
_WORTH_TELLING = timedelta(seconds=15)
"""A shorter wait is within what was promised first."""
_TITLE = 150
_UNDER_WAY: dict[bool, dict[Language, str]] = {
    False: {
        "zh": "📖 正在读《{title}》，约 40 秒……",
        "en": "📖 Reading “{title}”, about 40 s…",
    },
    True: {
        "zh": "📖 正在取《{title}》的原文，约 10 秒……",
        "en": "📖 Fetching “{title}”, about 10 s…",
    },
}
"""True: there is no model, so that the paper is only quoted."""
_QUEUED: dict[Language, str] = {
    "zh": "⏳ 排队中，{about}开始读《{title}》。读完会更新这条消息，不用再发。",
    "en": "⏳ In line: reading “{title}” starts {about}. This message becomes the result.",
}
_PROMISED: dict[Delay, dict[Language, str]] = {
    Delay.QUOTA: {
        "zh": "⏳ 今天的模型配额用完了，恢复后自动送达：{about}更新这条消息。先看论文原句。",
        "en": "⏳ Out of model budget. The reading follows by itself: this message is updated"
        " {about}. Until then, the paper's own words.",
    },
    Delay.SERVICE: {
        "zh": "⏳ 模型服务暂时不可用，恢复后自动送达：{about}再试，届时更新这条消息。"
        "先看论文原句。",
        "en": "⏳ The model service cannot be reached. The reading follows by itself, next try"
        " {about}. Until then, the paper's own words.",
    },
}
_READY: dict[Language, str] = {
    "zh": "✅《{title}》的解读好了，就在上面这条消息里。",
    "en": "✅ “{title}” has been read: see the message above.",
}
_LOOKING: dict[Language, str] = {
    "zh": "🔎 正在查《{title}》的原文，约 20 秒…",
    "en": "🔎 Looking in “{title}”, about 20 s…",
}
_ANSWERED: dict[Language, str] = {
    "zh": "✅ 关于《{title}》的问题有答案了，就在上面这条消息里。",
    "en": "✅ Your question about “{title}” is answered: see the message above.",
}
_RESTARTING: dict[Language, str] = {
    "zh": "🔄 机器人正在重启，启动后接着处理《{title}》，结果会更新在这条消息里，不用再发。",
    "en": "🔄 The bot is restarting; then it goes on with “{title}”. This message becomes the"
    " result, no need to ask again.",
}
_GIVEN_UP: dict[Language, str] = {
    "zh": "抱歉，{what}没能完成，已不再尝试。{again}",
    "en": "Sorry: {what} could not be finished and is not tried any more. {again}",
}
_WHAT: dict[bool, dict[Language, str]] = {
    False: {"zh": "这篇解读", "en": "this reading"},
    True: {"zh": "这个问题的回答", "en": "the answer to this question"},
}
_AGAIN: dict[bool, dict[Language, str]] = {
    False: {"zh": "可以再试一次：/paper {id}", "en": "To try once more: /paper {id}"},
    True: {
        "zh": "可以再问一次：/ask {id} 你的问题",
        "en": "To ask again: /ask {id} and the question",
    },
}


def looking(paper: Paper, language: Language) -> str:
    """Return what is said at once to a question."""
    return _LOOKING[language].format(title=plain(readable(paper.title), 80).text)


def answered(paper: Paper, language: Language) -> str:
    """Return what is said under a message that has become an answer."""
    return _ANSWERED[language].format(title=_title(paper))


def restarting(paper: Paper, language: Language) -> str:
    """Return what is said when the process is told to stop in the middle of the work."""
    return _RESTARTING[language].format(title=_title(paper))


def given_up(paper_id: str, language: Language, *, is_question: bool) -> Message:
    """Return what a promise becomes that cannot be kept."""
    again = _AGAIN[is_question][language].format(id=paper_id)
    what = _WHAT[is_question][language]
    button = Button("🔁 再试一次" if language == "zh" else "🔁 Try again", data=open_data(paper_id))
    buttons = () if is_question else ((button,),)
    return Message(_GIVEN_UP[language].format(what=what, again=again), buttons=buttons)


def under_way(paper: Paper, language: Language, *, is_quick: bool) -> str:
    """Return what is said at once; `is_quick`: no model is going to read."""
    return _UNDER_WAY[is_quick][language].format(title=_title(paper))


def queued(paper: Paper, wait: timedelta, language: Language) -> str:
    """Return what is said of a wait; nothing of one that is hardly any."""
    if wait < _WORTH_TELLING:
        return ""
    return _QUEUED[language].format(title=_title(paper), about=about(wait, language))


def ready_now(paper: Paper, language: Language) -> str:
    """Return what is said under a message that has become a reading."""
    return _READY[language].format(title=_title(paper))


def promised(
    paper: Paper, dive: DeepDive, wait: timedelta, language: Language, scored: ScoredPaper | None
) -> Message:
    """Return what there is of a dive under the promise of the rest."""
    first = dive_pages(paper, replace(dive, delay=None), language, scored)[0]
    said = _PROMISED[dive.delay or Delay.SERVICE][language].format(about=about(wait, language))
    whole = join("\n\n", (Text(said), Text(first.text, first.entities)))
    if fits(whole):
        return replace(first, text=whole.text, entities=whole.entities)
    # No room for it: the page says the same in fewer words.
    return dive_pages(paper, dive, language, scored)[0]


def _title(paper: Paper) -> str:
    return plain(readable(paper.title), _TITLE).text
