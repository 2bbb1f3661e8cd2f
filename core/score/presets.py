"""Topics to begin with: a button each, for readers who would rather tap than type."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.models.values import Language


@dataclass(frozen=True)
class Preset:
    """A button and what it sets."""

    handle: str
    label: Mapping[Language, str]
    topics: Mapping[Language, tuple[str, ...]]


@cache
def load() -> tuple[Preset, ...]:
    """Read the packaged presets, once."""
    text = resources.files(__package__).joinpath("presets.toml").read_text("utf-8")
    return tuple(
        Preset(
            handle,
            {"zh": table["zh"], "en": table["en"]},
            {"zh": tuple(table["topics_zh"]), "en": tuple(table["topics_en"])},
        )
        for handle, table in tomllib.loads(text).items()
    )
