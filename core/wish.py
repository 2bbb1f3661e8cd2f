"""What an audience wants of a day, from the settings down to who scores."""

from dataclasses import dataclass

from core.models import Focus, Language


@dataclass(frozen=True)
class Wish:
    """What an audience wants of a day."""

    audience: str
    focus: Focus
    language: Language
    threshold: int
    top_n: int
