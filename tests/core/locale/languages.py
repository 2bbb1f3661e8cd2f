"""A language of the tests: every sentence of the English catalogue accented and a third longer."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from babel.messages.pofile import read_po, write_po

from core.locale import LANGUAGES

ACCENTED = "eo"
"""A code that no catalogue has, and whose weekdays the library knows."""
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTS = "áƀćđéƒǵĥíĵķĺḿńóṕʠŕśťúṽŵẋýźÁƁĆĐÉƑǴĤÍĴĶĹḾŃÓṔɊŔŚŤÚṼŴẊÝŹ"
_KEPT = re.compile(r"\{[^}]*\}|/\w+|https?://\S+|[\w.]+/[\w./]*|\w+(?:_\w+)+|@\w+")
"""What is no word: placeholders, commands, addresses, names of settings and of zones."""


def accented(text: str) -> str:
    """Return a sentence as the language has it."""
    parts, position = [], 0
    for match in _KEPT.finditer(text):
        parts += [_longer(text[position : match.start()]), match[0]]
        position = match.end()
    return "".join([*parts, _longer(text[position:])])


def _longer(text: str) -> str:
    return re.sub("([áéíóúÁÉÍÓÚ])", r"\1\1", text.translate(str.maketrans(_PLAIN, _ACCENTS)))


@contextmanager
def speaking(folder: Path) -> Iterator[str]:
    """Register the language as the third, by its file and its line; give its code."""
    with LANGUAGES["en"].open("rb") as file:
        catalogue = read_po(file, locale=ACCENTED)
    for message in catalogue:
        if message.id:
            text = message.string
            message.string = accented(text) if isinstance(text, str) else tuple(map(accented, text))
    path = folder / f"{ACCENTED}.po"
    with path.open("wb") as file:
        write_po(file, catalogue)
    with mock.patch.dict(LANGUAGES, {ACCENTED: path}):
        yield ACCENTED
