"""Which languages there are, and their catalogues: gettext files with a name for each sentence.

A catalogue is read by Babel when the first sentence in its language is asked for (17 ms), and
answered from by the standard library's gettext.
"""

import gettext
import io
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
