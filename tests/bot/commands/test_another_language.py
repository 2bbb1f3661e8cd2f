"""A reader and administrator of a third language: every command answers in it, and in no other."""

import re
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot.commands import READERS, menu
from bot.process.bot_profile import set_up
from core.locale import LANGUAGES
from core.text.glossary import load
from tests.bot.commands.conftest import (
    ADMIN,
    OTHERS,
    PICKS,
    Stage,
    opened,
    papers,
    publish,
)
from tests.bot.commands.test_figure import BY
from tests.bot.conftest import Telegram
from tests.core.locale.languages import ACCENTED, speaking
from tests.pictures import drawn, saved
from tests.servers.papers import Services, page

SAID = {
    "today": ["", " 2026-03-12", " 2031-01-01", " quux"],
    "paper": ["", f" {PICKS[0]}", " 1", " 99", " 2603.99999", " quux"],
    "ask": ["", f" {PICKS[0]} which data?", " 1 " + "why " * 400],
    "search": ["", " diffusion", " quux", " -medical", " image -medical"],
    "topics": [" video generation", " quuxology", " -GAN", " +", " reset", ""],
    "settings": ["", " Asia/Tokyo 07:30", " quux"],
    "build": [" quux", " 2026-03-13"],
    "broadcast": ["", " 22:00"],
}
"""What is said behind a command."""
TAPPED = (
    "set:",
    "top:",
    "m:",
    "sv:",
    "fig:",
    "find:",
    "page:",
    "build:drop",
    "cast:drop",
    "forget:",
)
"""The beginnings of what is tapped wherever it stands; what deletes and sends comes last."""


@pytest.fixture
async def abroad(telegram: Telegram, tmp_path: Path, sources: Services) -> AsyncIterator[Stage]:
    """A bot whose digest and administrator are of the third language."""
    sources.licence, sources.picture = BY, saved(drawn(800, 400))
    sources.figures = ["Overview."]
    with speaking(tmp_path) as language:
        telegram.world.users[ADMIN].language_code = language
        async with opened(telegram, tmp_path, sources, digest_language=language) as stage:
            stage.speaker = ADMIN
            await publish(stage.core)
            yield stage


@cache
def fragments(language: str) -> list[str]:
    """Return what stands between the placeholders of a catalogue's sentences, and is words."""
    with LANGUAGES[language].open("rb") as file:
        messages = [message.string for message in read_po(file) if message.id]
    forms = [form for said in messages for form in ([said] if isinstance(said, str) else said)]
    parts = [part.strip() for form in forms for part in re.split(r"\{[^}]*\}|/\w+|\n", form)]
    wanted = r"[a-z]\W+[A-Za-z]+\W+[a-z]" if language == "en" else r"[\u4e00-\u9fff]{4}"
    return [part for part in parts if re.search(wanted, part)]


def said_by(record: Any) -> Iterator[str]:
    """Yield every text of ours: messages, captions, toasts, buttons, menus."""
    for call in record.calls:
        is_others = call.params.get("language_code", ACCENTED) != ACCENTED
        if not is_others and call.params.get("chat_id", ADMIN) == ADMIN:
            yield from texts_in(call.params)


def texts_in(value: Any) -> Iterator[str]:
    match value:
        case dict():
            for name, inner in value.items():
                is_text = name in {"text", "caption", "description", "short_description"}
                yield from [str(inner)] if is_text else texts_in(inner)
        case list() | tuple():
            for inner in value:
                yield from texts_in(inner)


@cache
def outside() -> str:
    """Return what is not ours to say: papers and topics, whose words are no reader's language."""
    known = [f"{paper.title} {paper.abstract}" for paper in papers().values()]
    known += [" ".join(entry.names) for entry in load().entries]
    return " ".join([*known, re.sub("<[^>]*>", " ", page("", ""))]).casefold()


def foreign(text: str) -> list[str]:
    """Return what of a text is a sentence of another language, or was never translated."""
    found = [part for code in ("zh", "en") for part in fragments(code) if part in text]
    for line in re.split(r"[\n.:·|“”]| / |/\w+", text):
        plain = re.findall(r"\b[a-z]{3,}\b", line)
        if len(plain) > 2 and " ".join(line.split()).casefold()[:40] not in outside():
            found.append(line)
    return found


async def quiet(stage: Stage) -> None:
    """Wait until all that was said is dealt with."""
    await stage.silence(ADMIN)


async def tap_all(stage: Stage) -> None:
    """Tap one button of each kind there is, and of each that comes of it."""
    tapped: set[tuple[str, ...]] = set()
    while True:
        buttons = {
            kind_of(button["callback_data"]): (message, button["callback_data"])
            for message in stage.telegram.world.received(ADMIN)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
            if button.get("callback_data", "").startswith(TAPPED)
        }
        new = [kind for kind in buttons if kind not in tapped and kind[:2] != ("set", "language")]
        if not new:
            return
        tapped.add(new[0])
        await stage.tap_data(*buttons[new[0]])


def kind_of(data: str) -> tuple[str, ...]:
    """Return what a button does, whichever paper or value it does it to."""
    parts = data.split(":")
    return (*parts[:2], str(len(parts)))


async def test_every_command_answers_in_a_third_language_and_in_no_other(abroad: Stage) -> None:
    await set_up(abroad.application.bot, abroad.core.store.key_values, [ADMIN], ["arXiv"])
    names = [name for name, _ in menu("en", is_admin=True)]
    assert len(names) > len(READERS)
    await abroad.say("/start")
    for name in [*names, "export", "forget", "nothing_of_the_kind"]:
        for words in SAID.get(name, [""]):
            if name != "stop":
                assert await abroad.say(f"/{name}{words}"), name
    assert await abroad.say("hello")
    assert await abroad.say("https://arxiv.org/abs/" + OTHERS[0])
    await quiet(abroad)
    await tap_all(abroad)
    await quiet(abroad)
    assert await abroad.say("/stop")
    await quiet(abroad)
    record = abroad.telegram.world.record
    assert not record.mended
    said = list(dict.fromkeys(said_by(record)))
    assert len(said) > 100
    assert [(found, text) for text in said if (found := foreign(text))] == []
