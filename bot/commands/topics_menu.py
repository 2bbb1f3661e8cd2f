"""The boards of `/topics`: what is wanted, what avoided, how that is understood. Pure.

Buttons stay on phones for years, so one that removes a topic names it by a fingerprint: it does
what it says, or nothing.
"""

import hashlib
from collections.abc import Sequence

from bot.commands.topic_matches import Unmatched
from bot.render.message import Button, Message
from bot.render.text import Text, bold, join, lines, plain
from core.models.values import Language
from core.score.exclusions import LONGEST_TEXT
from core.score.presets import Preset
from core.score.topics import LONGEST, MOST, Topics
from core.text.glossary import Entry, Glossary

PREFIX = "top:"
WORDS: dict[str, dict[Language, str]] = {
    "own": {"zh": "🎯 你自己的主题", "en": "🎯 Your own topics"},
    "usual": {
        "zh": "🎯 日报的主题（你还没有自己的）",
        "en": "🎯 The digest's topics (none of your own)",
    },
    "avoided": {"zh": "🚫 不想看", "en": "🚫 Not wanted"},
    "changed": {"zh": "✅ 主题已更新", "en": "✅ Your topics have changed"},
    "from_prose": {
        "zh": "✅ 从你的话里取出了这些主题（没有说到的请补上）",
        "en": "✅ These topics were taken from your words (add what is missing)",
    },
    "understood": {
        "zh": "✅ 按你的意思设好了这些主题",
        "en": "✅ Your words were understood as these topics",
    },
    "thinking": {
        "zh": "⏳ 正在理解你的话，马上更新这条消息……",
        "en": "⏳ Working out what you mean; this message is updated in a moment…",
    },
    "from": {
        "zh": "现在就生效：/today 看今天按它选的，下一份 {when}。",
        "en": "In force now: /today shows today's choice, the next post comes {when}.",
    },
    "pending": {
        "zh": "⚠️ 已记下，但目前收录的论文里还没有对得上的",
        "en": "⚠️ Noted, but no paper here matches it yet",
    },
    "unmatched": {"zh": "（还没有论文对得上）", "en": " (no paper matches it yet)"},
    "nothing_matches": {
        "zh": "❓ 没有论文对得上“{topics}”，你的主题没有改成它。\n"
        "词表里没有这个说法，收录过的 {papers} 篇论文（{sources}）里也没有。",
        "en": "❓ No paper matches “{topics}”, so your topics have not become that.\n"
        "Neither the glossary nor any of the {papers} papers here ({sources}) has it.",
    },
    "nearest": {
        "zh": "是不是想找：{names}？点下面的按钮加上。",
        "en": "Did you mean {names}? Tap to add.",
    },
    "insist": {
        "zh": "可以点 📋 从现成的里选，或用 /search 试试别的说法；确实要它就发 /topics +{topic}",
        "en": "Pick from 📋, or try other words with /search; if you do want it: /topics +{topic}",
    },
    "unknown": {"zh": "（词表里没有，按原词找）", "en": " (not in the glossary: by its own words)"},
    "how": {
        "zh": "换成自己的：/topics 视频生成, 3D 重建 -医学\n"
        "增加：/topics +低光增强　不看：/topics -GAN　恢复默认：/topics reset",
        "en": "Set your own: /topics video generation, 3D reconstruction -medical\n"
        "Add: /topics +low light · avoid: /topics -GAN · back to the digest's: /topics reset",
    },
    "presets": {"zh": "📋 选一组", "en": "📋 Presets"},
    "pick": {
        "zh": "选一组主题开始（会换掉现在的，可以撤销）：",
        "en": "Begin with one of these (it replaces yours; there is an undo):",
    },
    "undo": {"zh": "↩️ 撤销", "en": "↩️ Undo"},
    "reset": {"zh": "恢复默认", "en": "The digest's"},
    "back": {"zh": "‹ 返回", "en": "‹ Back"},
}
WRONG: dict[str, dict[Language, str]] = {
    "empty": {
        "zh": "没有看到主题。例如：/topics 视频生成, 3D 重建",
        "en": "No topic there. For example: /topics video generation, 3D reconstruction",
    },
    "wordless": {
        "zh": "“{topic}”里没有文字，没法拿来挑论文。请用几个中文或英文的词。",
        "en": "“{topic}” has no words to pick papers by. Use a few words, in any language.",
    },
    "long": {
        "zh": f"每个主题最多 {LONGEST} 个字符，这个太长：“{{topic}}……”",
        "en": f"A topic has at most {LONGEST} characters; this one is too long: “{{topic}}…”",
    },
    "endless": {
        "zh": f"太长了：请用 {LONGEST_TEXT} 个字符以内说明想看什么，或者只列主题。",
        "en": f"Too long: say what you want in {LONGEST_TEXT} characters, or just list topics.",
    },
    "many": {
        "zh": f"最多 {MOST} 个主题，不想看的也最多 {MOST} 个。先用 /topics -主题 删掉几个。",
        "en": f"At most {MOST} topics, and {MOST} to avoid. Remove some with /topics -topic.",
    },
    "both": {
        "zh": "“{topic}”不能又想看又不想看，请只留一个。",
        "en": "“{topic}” cannot be both wanted and avoided: keep one of the two.",
    },
    "foreign": {
        "zh": "这里只看得懂中文和英文的主题，请换一种写法。",
        "en": "Topics work in Chinese and in English; please write them in one of the two.",
    },
    "no_terms": {
        "zh": "没从这句话里认出本领域的主题。请直接列出来，例如：/topics 图像修复, 超分",
        "en": "No topic of the field was found in that sentence. List some, such as:"
        " /topics image restoration, super-resolution",
    },
}


def board(
    own: Topics,
    usual: Sequence[str],
    language: Language,
    glossary: Glossary,
    *,
    has_undo: bool,
    unmatched: Sequence[str] = (),
    said: Text | None = None,
) -> Message:
    """Return what is wanted and avoided, with buttons to change it; `said` stands first."""
    title = bold(Text(say("own" if own.wanted else "usual", language)))
    wanted = lines(title, *listed(own.wanted or usual, language, glossary, unmatched))
    avoided = Text()
    if own.avoided:
        title = bold(Text(say("avoided", language)))
        avoided = lines(title, *listed(own.avoided, language, glossary))
    text = join("\n\n", (said or Text(), wanted, avoided, Text(say("how", language))))
    return Message(text.text, text.entities, _buttons(own, language, has_undo=has_undo))


def listed(
    topics: Sequence[str], language: Language, glossary: Glossary, unmatched: Sequence[str] = ()
) -> list[Text]:
    """Return topics as lines, with what each is understood as, or that nothing matches it."""
    return [
        Text("• ") + plain(topic) + _understood(topic, language, glossary, unmatched)
        for topic in topics
    ]


def nothing_matches(found: Unmatched, language: Language, *, changed: Message | None) -> Message:
    """Return that nothing matches, and what would; `changed` is what was done all the same."""
    topics = plain(", ".join(found.topics), 100).text
    said = say(
        "nothing_matches", language, topics=topics, papers=found.papers, sources=found.sources
    )
    names = [_name(entry, language) for entry in found.suggestions]
    near = say("nearest", language, names=" / ".join(names)) if names else ""
    insist = say("insist", language, topic=plain(found.topics[0], LONGEST).text)
    parts = [Text(part) for part in (said, near, insist) if part]
    if changed is not None:
        parts.append(Text(changed.text, changed.entities))
    text = join("\n\n", parts)
    adding = [
        Button(f"＋ {name}"[:30], data=f"{PREFIX}a:{fingerprint(entry.names[0])}")
        for entry, name in zip(found.suggestions, names, strict=True)
    ]
    presets = (Button(say("presets", language), data=f"{PREFIX}presets"),)
    rows = changed.buttons if changed is not None else (presets,)
    return Message(text.text, text.entities, (*_pairs(adding), *rows))


def suggested(glossary: Glossary, value: str | None, language: Language) -> str | None:
    """Return the topic a suggestion's button adds; None when the glossary has it no more."""
    found = (entry for entry in glossary.entries if fingerprint(entry.names[0]) == value)
    entry = next(found, None)
    return None if entry is None else _name(entry, language)


def _name(entry: Entry, language: Language) -> str:
    return entry.zh[0] if language == "zh" and entry.zh else entry.names[0]


def presets(found: Sequence[Preset], language: Language) -> Message:
    """Return the choice of topics to begin with."""
    options = [
        Button(preset.label[language], data=f"{PREFIX}p:{preset.handle}") for preset in found
    ]
    back = Button(say("back", language), data=f"{PREFIX}show")
    return Message(say("pick", language), buttons=(*_pairs(options), (back,)))


def say(key: str, language: Language, **values: object) -> str:
    """Return one of the sentences above, filled."""
    return WORDS[key][language].format(**values)


def fingerprint(topic: str) -> str:
    """Return what stands for a topic in a button."""
    return hashlib.sha256(topic.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _understood(
    topic: str, language: Language, glossary: Glossary, unmatched: Sequence[str]
) -> Text:
    names = glossary.understood(topic)
    if topic in unmatched:
        meant = Text(" → ") + plain(", ".join(names)) if names else Text()
        return meant + Text(say("unmatched", language))
    if names is None or (not names and not glossary.knows(topic)):
        return Text(say("unknown", language))
    return Text(" → ") + plain(", ".join(names)) if names else Text()


def _buttons(own: Topics, language: Language, *, has_undo: bool) -> tuple[tuple[Button, ...], ...]:
    removing = [
        Button(f"✕ {label}{topic}"[:30], data=f"{PREFIX}x:{fingerprint(topic)}")
        for topics, label in ((own.wanted, ""), (own.avoided, "🚫 "))
        for topic in topics
    ]
    more = [Button(say("presets", language), data=f"{PREFIX}presets")]
    if has_undo:
        more.append(Button(say("undo", language), data=f"{PREFIX}undo"))
    if own != Topics():
        more.append(Button(say("reset", language), data=f"{PREFIX}reset"))
    return (*_pairs(removing), tuple(more))


def _pairs(buttons: Sequence[Button]) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
