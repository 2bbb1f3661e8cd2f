"""What an audience wants of a day, from the settings down to who scores."""

from dataclasses import dataclass, replace

from core.models.values import Focus, Language


@dataclass(frozen=True)
class DigestSpec:
    audience: str
    focus: Focus
    language: Language
    threshold: int
    top_n: int
    original: "DigestSpec | None" = None
    """Whose choice it is, where only the language is another."""

    def in_language(self, language: Language) -> "DigestSpec":
        """Return the same choice in another language: the same papers, told in other words."""
        if language == self.language:
            return self
        name = f"{self.audience}:{language}"
        return replace(self, audience=name, language=language, original=self)


def chosen_for(audience: str) -> str | None:
    """Return whose choice an audience reads in its own language; None when it is its own."""
    return audience.rpartition(":")[0] or None
