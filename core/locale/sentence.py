"""The handles by which the code names what it says; the words are in the catalogues.

A handle is called with the language and with what fills the placeholders. `count` also chooses the
plural form. What fills a placeholder may be a sentence itself: it is said in the same language.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.locale.catalogue import Language, template


@dataclass(frozen=True)
class Sentence:
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
