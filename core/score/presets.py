"""Topics to begin with: a button each, for readers who would rather tap than type."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.locale import ELSE, Sentence
from core.models.values import Language


@dataclass(frozen=True)
class Preset:
    handle: str
    label: Sentence
    topics: Mapping[Language, tuple[str, ...]]

    def topics_in(self, language: Language) -> tuple[str, ...]:
        return self.topics.get(language, self.topics[ELSE])


@cache
def load() -> tuple[Preset, ...]:
    text = resources.files(__package__).joinpath("presets.toml").read_text("utf-8")
    return tuple(
        Preset(
            handle,
            Sentence(f"presets.{handle}"),
            {name.removeprefix("topics_"): tuple(topics) for name, topics in table.items()},
        )
        for handle, table in tomllib.loads(text).items()
    )
