"""The boards of `/settings`: what is set, the choices for each, and what a choice means. Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

from bot.features.subscriptions import ChatDefaults
from bot.render.message import Button, Message
from bot.render.reader_time import ZONES, in_brackets, zone_name, zone_of
from bot.render.text import Text, bold, join, lines
from core.locale import LANGUAGES, Sentences
from core.locale.phrases import COLON, language_named, own_name
from core.models.chat import Chat, ChatKind, Choices
from core.models.values import Language

HOURS = ("0600", "0700", "0730", "0800", "0830", "0900", "1000", "1200", "1800", "2000", "2200")
NUMBERS = (1, 2, 3, 5, 8, 10)
THRESHOLDS = (50, 60, 70, 75, 80, 90)
USUAL = "usual"
"""The value that stands for the digest's own."""
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})[:：.点时h](?P<minute>[0-9]{2})?分?")
_COMPACT = re.compile(r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})")
_say = Sentences("settings_menu")


def overview(chat: Chat, defaults: ChatDefaults, when: str) -> Message:
    """Return the board of what is set; `when` is the next post's time."""
    language = chat.language
    state = "is_paused" if chat.paused_at else "next"
    quiet = _say("tells" if chat.tells_quiet_days else "silent", language)
    rows = (
        ("hour", f"{chat.at:%H:%M}"),
        ("zone", _zone(chat)),
        ("language", own_name(language)),
        ("number", _number(chat, defaults)),
        ("threshold", _threshold(chat, defaults)),
        ("quiet", quiet),
    )
    colon = COLON(language)
    said = [Text(_say(name, language) + colon) + bold(Text(value)) for name, value in rows]
    text = join(
        "\n\n",
        (
            lines(bold(Text(_say("title", language))), *said),
            lines(Text(_say(state, language, when=when)), Text(_press(defaults, language))),
        ),
    )
    return Message(text.text, text.entities, _overview_buttons(chat))


def _overview_buttons(chat: Chat) -> tuple[tuple[Button, ...], ...]:
    language = chat.language
    others = (other for other in LANGUAGES if other != language)
    quiet = _say("silent" if chat.tells_quiet_days else "tells", language)
    topics = Button(_say("topics", language), data="top:show")
    feedback = Button(_say("feedback", language), data="sv:fb:")
    return (
        (topics, feedback) if chat.kind is ChatKind.PRIVATE else (topics,),
        (_opens("hour", language), _opens("zone", language)),
        (_opens("number", language), _opens("threshold", language)),
        tuple(_sets(f"🗣 {own_name(other)}", "language", other) for other in others),
        (
            _sets(
                _say("quiet", language) + COLON(language) + quiet,
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


def _hours(chat: Chat, defaults: ChatDefaults) -> Message:
    language = chat.language
    options = [_sets(f"{hour[:2]}:{hour[2:]}", "hour", hour) for hour in HOURS]
    return _board(
        f"{_say('ask_hour', language)}\n{_press(defaults, language)}", options, 4, language
    )


def _zones(chat: Chat, _defaults: ChatDefaults) -> Message:
    language = chat.language
    options = [_sets(ZONES[zone](language), "zone", zone) for zone in ZONES.names]
    return _board(_say("ask_zone", language), options, 3, language)


def _numbers(chat: Chat, defaults: ChatDefaults) -> Message:
    return _amounts("number", "ask_number", NUMBERS, defaults.top_n, chat.language)


def _thresholds(chat: Chat, defaults: ChatDefaults) -> Message:
    return _amounts("threshold", "ask_threshold", THRESHOLDS, defaults.threshold, chat.language)


def _amounts(name: str, ask: str, values: Sequence[int], usual: int, language: Language) -> Message:
    options = [_sets(str(value), name, str(value)) for value in values]
    options.append(_sets(_say("usual", language, value=usual), name, USUAL))
    return _board(_say(ask, language), options, 3, language)


def _press(defaults: ChatDefaults, language: Language) -> str:
    zone = zone_name(defaults.zone.key, language)
    return _say("press", language, at=f"{defaults.at:%H:%M}", zone=zone)


BOARDS: Mapping[str, Callable[[Chat, ChatDefaults], Message]] = {
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
        case "language", str(text) if text in LANGUAGES:
            return {"language": text}
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
        elif (language := language_named(word)) is not None:
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


def _number(chat: Chat, defaults: ChatDefaults) -> str:
    language = chat.language
    if chat.top_n is None:
        return _say("usual", language, value=_say("most", language, value=defaults.top_n))
    return _say("most", language, value=chat.top_n)


def _threshold(chat: Chat, defaults: ChatDefaults) -> str:
    language = chat.language
    if chat.threshold is None:
        least = _say("least", language, value=defaults.threshold)
        return _say("usual", language, value=least)
    return _say("least", language, value=chat.threshold)


def _opens(name: str, language: Language) -> Button:
    return Button(_say(name, language), data=f"set:{name}")


def _sets(label: str, name: str, value: str) -> Button:
    return Button(label, data=f"set:{name}:{value}")


def _is_in(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4 and least <= int(text) <= most
