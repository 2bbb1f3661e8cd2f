"""The boards of `/settings`: what is set, the choices for each, and what a choice means. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from bot.render.message import Button, Message
from bot.render.reader_time import ZONES, in_brackets, zone_name, zone_of
from bot.render.text import Text, bold, join, lines
from bot.settings import Settings
from core.models.chat import Chat, ChatKind, Choices
from core.models.values import Language

HOURS = ("0600", "0700", "0730", "0800", "0830", "0900", "1000", "1200", "1800", "2000", "2200")
NUMBERS = (1, 2, 3, 5, 8, 10)
THRESHOLDS = (50, 60, 70, 75, 80, 90)
USUAL = "usual"
"""The value that stands for the digest's own."""
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:：.点时h](?P<minute>[0-9]{2})?分?")
_COMPACT = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})")
_LANGUAGES: dict[str, Language] = {
    "zh": "zh",
    "中文": "zh",
    "chinese": "zh",
    "en": "en",
    "english": "en",
    "英文": "en",
}
WORDS: dict[str, dict[Language, str]] = {
    "title": {"zh": "⚙️ 设置", "en": "⚙️ Settings"},
    "hour": {"zh": "🕗 时间", "en": "🕗 Hour"},
    "zone": {"zh": "🌏 时区", "en": "🌏 Time zone"},
    "language": {"zh": "🗣 语言", "en": "🗣 Language"},
    "number": {"zh": "🔢 篇数", "en": "🔢 How many"},
    "threshold": {"zh": "⭐ 门槛", "en": "⭐ Threshold"},
    "quiet": {"zh": "☕ 没有日报的日子", "en": "☕ Days without papers"},
    "tells": {"zh": "说一声", "en": "one line"},
    "silent": {"zh": "不打扰", "en": "silence"},
    "pause": {"zh": "⏸ 暂停推送", "en": "⏸ Pause"},
    "resume": {"zh": "▶️ 恢复推送", "en": "▶️ Resume"},
    "is_paused": {"zh": "⏸ 推送已暂停", "en": "⏸ Paused: no posts"},
    "next": {"zh": "📬 下一份：{when}", "en": "📬 Next post: {when}"},
    "press": {
        "zh": "日报 {at}（{zone}）出刊；选更早的时间，也要等出刊时才送到。",
        "en": "The digest comes out at {at} ({zone}); with an earlier hour it comes then.",
    },
    "usual": {"zh": "默认（{value}）", "en": "usual ({value})"},
    "most": {"zh": "最多 {value} 篇", "en": "at most {value}"},
    "least": {"zh": "至少 {value} 分", "en": "at least {value}"},
    "back": {"zh": "‹ 返回", "en": "‹ Back"},
    "topics": {"zh": "🎯 主题", "en": "🎯 Topics"},
    "feedback": {"zh": "👍 反馈", "en": "👍 Feedback"},
    "ask_hour": {
        "zh": "几点送到？别的时间可以写：/settings 07:45",
        "en": "At what hour? Any other in words: /settings 07:45",
    },
    "ask_zone": {
        "zh": "你在哪里？别的时区可以写：/settings Europe/Madrid",
        "en": "Where are you? Any other in words: /settings Europe/Madrid",
    },
    "ask_number": {
        "zh": "每天最多精选几篇？",
        "en": "How many picks a day, at most?",
    },
    "ask_threshold": {
        "zh": "多少分以上才精选？90 必读，75 扎实且相关，60 沾边。",
        "en": "Picks from which score on? 90 must read, 75 solid and relevant, 60 borderline.",
    },
}
NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}


def overview(chat: Chat, settings: Settings, when: str) -> Message:
    """Return the board of what is set; `when` is the next post's time."""
    language = chat.language
    state = "is_paused" if chat.paused_at else "next"
    quiet = _say("tells" if chat.tells_quiet_days else "silent", language)
    rows = (
        ("hour", f"{chat.at:%H:%M}"),
        ("zone", _zone(chat)),
        ("language", NAMES[language]),
        ("number", _number(chat, settings)),
        ("threshold", _threshold(chat, settings)),
        ("quiet", quiet),
    )
    colon = "：" if language == "zh" else ": "
    said = [Text(_say(name, language) + colon) + bold(Text(value)) for name, value in rows]
    text = join(
        "\n\n",
        (
            lines(bold(Text(_say("title", language))), *said),
            lines(Text(_say(state, language, when=when)), Text(_press(settings, language))),
        ),
    )
    return Message(text.text, text.entities, _overview_buttons(chat))


def _overview_buttons(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    language = chat.language
    other: Language = "en" if language == "zh" else "zh"
    quiet = _say("silent" if chat.tells_quiet_days else "tells", language)
    colon = "：" if language == "zh" else ": "
    topics = Button(_say("topics", language), data="top:show")
    feedback = Button(_say("feedback", language), data="sv:fb:")
    return (
        (topics, feedback) if chat.kind is ChatKind.PRIVATE else (topics,),
        (_opens("hour", language), _opens("zone", language)),
        (_opens("number", language), _opens("threshold", language)),
        (_sets(f"🗣 {NAMES[other]}", "language", other),),
        (
            _sets(
                _say("quiet", language) + colon + quiet,
                "quiet",
                "0" if chat.tells_quiet_days else "1",
            ),
        ),
        (
            _sets(_say("resume", language), "pause", "0")
            if chat.paused_at
            else _sets(_say("pause", language), "pause", "1"),
        ),
    )


def _hours(chat: Chat, settings: Settings) -> Message:
    language = chat.language
    options = [_sets(f"{hour[:2]}:{hour[2:]}", "hour", hour) for hour in HOURS]
    return _board(
        f"{_say('ask_hour', language)}\n{_press(settings, language)}", options, 4, language
    )


def _zones(chat: Chat, _settings: Settings) -> Message:
    language = chat.language
    options = [_sets(names[language], "zone", zone) for zone, names in ZONES.items()]
    return _board(_say("ask_zone", language), options, 3, language)


def _numbers(chat: Chat, settings: Settings) -> Message:
    return _amounts("number", NUMBERS, settings.digest_top_n, chat.language)


def _thresholds(chat: Chat, settings: Settings) -> Message:
    return _amounts("threshold", THRESHOLDS, settings.digest_min_score, chat.language)


def _amounts(name: str, values: Sequence[int], usual: int, language: Language) -> Message:
    options = [_sets(str(value), name, str(value)) for value in values]
    options.append(_sets(_say("usual", language, value=usual), name, USUAL))
    return _board(_say(f"ask_{name}", language), options, 3, language)


def _press(settings: Settings, language: Language) -> str:
    """Return when the digest comes out."""
    zone = zone_name(settings.digest_timezone.key, language)
    return _say("press", language, at=f"{settings.digest_time:%H:%M}", zone=zone)


BOARDS: Mapping[str, Callable[[Chat, Settings], Message]] = {
    "hour": _hours,
    "zone": _zones,
    "number": _numbers,
    "threshold": _thresholds,
}


def choice(name: str, value: str | None, now: datetime) -> Choices | None:
    """Return what a button's choice changes: nothing for "back"; None when it means nothing."""
    match name, value:
        case "back", None:
            return {}
        case "hour", str(text) if (at := clock(text)) is not None:
            return {"at": at}
        case "zone", str(text) if (zone := zone_of(text)) is not None:
            return {"zone": zone}
        case "language", str(text) if text in NAMES:
            return {"language": _LANGUAGES[text]}
        case "number", str(text) if text == USUAL or _is_in(text, 1, max(NUMBERS)):
            return {"top_n": None if text == USUAL else int(text)}
        case "threshold", str(text) if text == USUAL or _is_in(text, 0, 100):
            return {"threshold": None if text == USUAL else int(text)}
        case "quiet", ("0" | "1") as text:
            return {"tells_quiet_days": text == "1"}
        case "pause", ("0" | "1") as text:
            return {"paused_at": now if text == "1" else None}
        case _:
            return None


def parsed(text: str) -> Choices | None:
    """Return what "Asia/Tokyo 07:30", "东京 7点" or "en" asks for; None when that is unclear."""
    words = unicodedata.normalize("NFKC", text).replace(",", " ").split()
    wanted: Choices = {}
    while words:
        # The names of some places are two words.
        two = zone_of(" ".join(words[:2])) if len(words) > 1 else None
        word = words.pop(0)
        if (at := clock(word)) is not None:
            wanted["at"] = at
        elif two is not None:
            words.pop(0)
            wanted["zone"] = two
        elif (zone := zone_of(word)) is not None:
            wanted["zone"] = zone
        elif (language := _LANGUAGES.get(word.casefold())) is not None:
            wanted["language"] = language
        else:
            return None
    return wanted or None


def clock(text: str) -> time | None:
    """Return the hour that "07:30", "7:30", "0730" or "7点" means."""
    match = _CLOCK.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _board(asked: str, options: list[Button], width: int, language: Language) -> Message:
    rows = [tuple(options[at : at + width]) for at in range(0, len(options), width)]
    back = Button(_say("back", language), data="set:back")
    return Message(asked, buttons=(*rows, (back,)))


def _zone(chat: Chat) -> str:
    name = zone_name(chat.zone, chat.language)
    return name if name == chat.zone else name + in_brackets(chat.zone, chat.language)


def _number(chat: Chat, settings: Settings) -> str:
    language = chat.language
    if chat.top_n is None:
        return _say("usual", language, value=_say("most", language, value=settings.digest_top_n))
    return _say("most", language, value=chat.top_n)


def _threshold(chat: Chat, settings: Settings) -> str:
    language = chat.language
    if chat.threshold is None:
        least = _say("least", language, value=settings.digest_min_score)
        return _say("usual", language, value=least)
    return _say("least", language, value=chat.threshold)


def _opens(name: str, language: Language) -> Button:
    return Button(_say(name, language), data=f"set:{name}")


def _sets(label: str, name: str, value: str) -> Button:
    return Button(label, data=f"set:{name}:{value}")


def _is_in(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4 and least <= int(text) <= most


def _say(key: str, language: Language, **values: object) -> str:
    return WORDS[key][language].format(**values)
