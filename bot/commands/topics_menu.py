"""The boards of `/topics`: what is wanted, what avoided, how that is understood. Pure.

Buttons stay on phones for years, so one that removes a topic names it by a fingerprint: it does
what it says, or nothing.
"""

import hashlib
from collections.abc import Sequence

from bot.features.topics import Suggestions, Unmatched
from bot.render.message import Button, Message
from bot.render.text import Text, bold, join, lines, plain
from core.locale import Sentences
from core.models.values import Language
from core.score.exclusions import LONGEST_TEXT
from core.score.presets import Preset
from core.score.topics import LONGEST, MOST, Mistake, Topics
from core.text.glossary import Entry, Glossary

PREFIX = "top:"
say = Sentences("topics_menu")
WRONG = Sentences("topics_menu.wrong")


def wrong(mistake: Mistake, language: Language) -> Message:
    said = WRONG[mistake.kind](
        language, topic=mistake.topic, longest=LONGEST, longest_text=LONGEST_TEXT, most=MOST
    )
    return Message(said)


def board(
    own: Topics,
    usual: Sequence[str],
    language: Language,
    glossary: Glossary,
    *,
    has_undo: bool,
    unmatched: Sequence[str] = (),
    said: Text | None = None,
    offered: Suggestions | None = None,
) -> Message:
    """Return what is wanted and avoided, with buttons to change it; `said` stands first.

    `offered` is what would match, where what is new matches nothing.
    """
    title = bold(Text(say("own" if own.wanted else "usual", language)))
    wanted = lines(title, *listed(own.wanted or usual, language, glossary, unmatched))
    avoided = Text()
    if own.avoided:
        title = bold(Text(say("avoided", language)))
        avoided = lines(title, *listed(own.avoided, language, glossary, are_avoided=True))
    near, adding = _offered(offered, language) if offered is not None else ("", ())
    parts = (said or Text(), Text(near), wanted, avoided, Text(say("how", language)))
    text = join("\n\n", parts)
    buttons = _buttons(own, language, has_undo=has_undo)
    return Message(text.text, text.entities, (*adding, *buttons))


def listed(
    topics: Sequence[str],
    language: Language,
    glossary: Glossary,
    unmatched: Sequence[str] = (),
    *,
    are_avoided: bool = False,
) -> list[Text]:
    """Return topics as lines, with what each is understood as, or that nothing matches it."""
    return [
        Text("• ")
        + plain(topic)
        + _understood(topic, language, glossary, unmatched, are_avoided=are_avoided)
        for topic in topics
    ]


def nothing_matches(found: Unmatched, language: Language, *, changed: Message | None) -> Message:
    """Return that nothing matches, and what would; `changed` is what was done all the same."""
    topics = plain(", ".join(found.topics), 100).text
    said = say(
        "nothing_matches", language, topics=topics, papers=found.papers, sources=found.sources
    )
    near, adding = _offered(found.suggestions, language)
    insist = say("insist", language, topic=plain(found.topics[0], LONGEST).text)
    parts = [Text(part) for part in (said, near, insist)]
    if changed is not None:
        parts.append(Text(changed.text, changed.entities))
    text = join("\n\n", parts)
    presets = (Button(say("presets", language), data=f"{PREFIX}presets"),)
    rows = changed.buttons if changed is not None else (presets,)
    return Message(text.text, text.entities, (*adding, *rows))


def _offered(found: Suggestions, language: Language) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    names = [_name(entry, language) for entry in found.entries]
    adding = [
        Button(f"＋ {name}"[:30], data=f"{PREFIX}a:{fingerprint(entry.names[0])}")
        for entry, name in zip(found.entries, names, strict=True)
    ]
    kind = "nearest" if found.are_near else "for_example"
    return say(kind, language, names=" / ".join(names)), _pairs(adding)


def suggested(glossary: Glossary, value: str | None, language: Language) -> str | None:
    """Return the topic a suggestion's button adds; None when the glossary has it no more."""
    found = (entry for entry in glossary.entries if fingerprint(entry.names[0]) == value)
    entry = next(found, None)
    return None if entry is None else _name(entry, language)


def _name(entry: Entry, language: Language) -> str:
    return entry.zh[0] if language == "zh" and entry.zh else entry.names[0]


def presets(found: Sequence[Preset], language: Language) -> Message:
    options = [
        Button(preset.label(language), data=f"{PREFIX}p:{preset.handle}") for preset in found
    ]
    back = Button(say("back", language), data=f"{PREFIX}show")
    return Message(say("pick", language), buttons=(*_pairs(options), (back,)))


def fingerprint(topic: str) -> str:
    """Return what stands for a topic in a button."""
    return hashlib.sha256(topic.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _understood(
    topic: str,
    language: Language,
    glossary: Glossary,
    unmatched: Sequence[str],
    *,
    are_avoided: bool,
) -> Text:
    names = glossary.understood(topic)
    if topic in unmatched:
        meant = Text(" → ") + plain(", ".join(names)) if names else Text()
        return meant + Text(say("unmatched", language))
    if names is None and are_avoided:  # titles are English: it would keep none of them away
        return Text(say("powerless", language))
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
