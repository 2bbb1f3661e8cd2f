"""Which languages there are, their catalogues (gettext files), and the handles to the sentences.

A catalogue is read by Babel when the first sentence in its language is asked for (17 ms), and
answered from by the standard library's gettext.
"""

import gettext
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator

LANGUAGES: Final = {code: Path(__file__).with_name(f"{code}.po") for code in ("zh", "en")}
"""What the bot speaks. Another language is its catalogue beside this file, and its code above."""
ELSE: Final = "en"
"""Stands in for a language that is not, or no more, spoken, and for a sentence it lacks."""


def registered(code: str) -> str:
    """Return the code of a language; raise ValueError for one that is not spoken."""
    if code not in LANGUAGES:
        raise ValueError(f"should be one of: {', '.join(LANGUAGES)}")
    return code


Language = Annotated[str, AfterValidator(registered)]


def template(language: Language, key: str, count: object) -> str:
    """Return a sentence as it stands in the catalogue: its form for `count` where it has several.

    Raises KeyError for what no catalogue has.
    """
    catalogue = _catalogue(LANGUAGES.get(language, LANGUAGES[ELSE]))
    found = catalogue.ngettext(key, key, count) if isinstance(count, int) else key
    if found == key and (found := catalogue.gettext(key)) == key:
        raise KeyError(key)
    return found


@cache
def _catalogue(path: Path) -> gettext.GNUTranslations:
    # Half of what Babel takes is its import, which no command needs that says nothing.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        written = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    translations = gettext.GNUTranslations(compiled)
    if path != LANGUAGES[ELSE]:
        translations.add_fallback(_catalogue(LANGUAGES[ELSE]))
    return translations


@dataclass(frozen=True)
class Sentence:
    """A handle by which the code names what it says, called with the language and what fills it.

    `count` also chooses the plural form. What fills a placeholder may be a sentence itself.
    """

    key: str
    given: Mapping[str, object] = field(default_factory=dict)
    """What fills some of its placeholders already."""

    def __call__(self, language: Language, /, **values: object) -> str:
        fills = _Fills(language, {**self.given, **values})
        return template(language, self.key, fills.values.get("count")).format_map(fills)

    def filled(self, /, **values: object) -> "Sentence":
        return Sentence(self.key, {**self.given, **values})


@dataclass(frozen=True)
class _Fills:
    """What fills a sentence; only what stands in it is ever asked for."""

    language: Language
    values: Mapping[str, object]

    def __getitem__(self, name: str) -> object:
        value = self.values[name]
        return value(self.language) if isinstance(value, Sentence) else value


class Sentences:
    """Sentences of one subject, each by its own name; `names`: those not written in the code."""

    def __init__(self, subject: str, names: Iterable[str] = ()) -> None:
        self.subject = subject
        self.names = tuple(names)

    def __getitem__(self, name: str) -> Sentence:
        return Sentence(f"{self.subject}.{name}")

    def __call__(self, name: str, language: Language, /, **values: object) -> str:
        return self[name](language, **values)
