"""Prompt files: what a model is asked, kept where it can be read and reviewed.

A file has TOML front matter between `+++` lines, then an optional system part, a line
`--- question ---`, and the question; `$name` marks a place to fill (`string.Template`). The loader
requires the places to equal `inputs`, so a forgotten value fails at start-up, not at 08:30.

The answer's schema (class docstring, field descriptions) travels to the model too. It is prompt
text, so `PromptFile.version` includes it, and not `about`: that is for who reads the file.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.llm import Question
from core.llm.fence import TAGS
from core.models.errors import ConfigError

_FRONT = re.compile(r"\A\+\+\+\n(?P<front>.*?\n)\+\+\+\n(?P<body>.*)\Z", re.DOTALL)
_SPLIT = re.compile(r"^--- question ---$", re.MULTILINE)
_TAG = re.compile(r"</?([A-Za-z][\w-]*+)[^<>\n]*+>")


class _Front(BaseModel):
    """What stands above a prompt."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    purpose: str = Field(pattern=r"^[a-z_]+$")
    about: str = Field(min_length=1)
    inputs: list[str] = Field(default_factory=list)
    max_output_tokens: int = Field(gt=0)
    thinking_budget: int | None = Field(default=None, ge=0)
    phrases: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class PromptFile:
    name: str
    purpose: str
    """What a call is for, in the ledger: "score", "read", "doctor"."""
    inputs: frozenset[str]
    max_output_tokens: int
    thinking_budget: int | None
    system: str
    text: str
    phrases: Mapping[str, str]
    """Words that are not always said: what kind of text is given, what was wrong with an answer."""
    digest: str
    """Hash of the file but for `about`."""

    def version(self, answer: type[BaseModel]) -> str:
        """Return a short hash of the file and of the answer's schema: part of every cache key."""
        schema = json.dumps(answer.model_json_schema(), sort_keys=True)
        return hashlib.sha256(f"{self.digest}\n{schema}".encode()).hexdigest()[:12]

    def demand(self, names: Iterable[str]) -> None:
        """Raise `ConfigError` unless there is a phrase for each of the names."""
        if lacking := [name for name in names if name not in self.phrases]:
            raise ConfigError(f"{self.name}.md: [phrases] lacks {', '.join(lacking)}")

    def fill(self, *, correction: str | None = None, **values: str) -> Question:
        """Return the question with `values` in their places; `correction` names a phrase to add.

        Values are put in once and as they are: a `$` inside a value is only a dollar sign.
        Raise `ValueError` when `values` are not exactly the inputs.
        """
        if values.keys() != self.inputs:
            raise ValueError(_difference(self.name, "the values given", values, self.inputs))
        text = self.text
        if correction is not None:
            text = f"{text}\n\n{self.phrases[correction]}"
        return Question(
            purpose=self.purpose,
            system=Template(self.system).substitute(values),
            text=Template(text).substitute(values),
            max_output_tokens=self.max_output_tokens,
            thinking_budget=self.thinking_budget,
        )


class Prompts(Mapping[str, PromptFile]):
    def __init__(self, prompts: Mapping[str, PromptFile]) -> None:
        self._prompts = dict(prompts)

    def __getitem__(self, name: str) -> PromptFile:
        """Return a prompt; raise `ConfigError` when its file is missing."""
        if name not in self._prompts:
            raise ConfigError(f"prompts: {name}.md is missing")
        return self._prompts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)


def load_prompts(folder: Traversable | Path) -> Prompts:
    """Read every `*.md` of `folder`. Raise `ConfigError` naming all that is wrong in all files."""
    prompts: dict[str, PromptFile] = {}
    problems: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".md"):
            continue
        try:
            prompt = parse_prompt(file.name, file.read_text(encoding="utf-8"))
        except ConfigError as error:
            problems.append(str(error))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{file.name}: cannot be read: {error}")
        else:
            prompts[prompt.name] = prompt
    if problems:
        raise ConfigError("; ".join(problems))
    return Prompts(prompts)


def parse_prompt(filename: str, content: str) -> PromptFile:
    """Check one prompt file's content. Raise `ConfigError`."""
    content = content.replace("\r\n", "\n")
    front, body = _split_front(filename, content)
    asked = front.model_dump_json(exclude={"about"})
    system, text = _split_body(filename, body)
    _check_places(filename, (system, text, *front.phrases.values()), set(front.inputs))
    _check_tags(filename, body)
    return PromptFile(
        name=filename.removesuffix(".md"),
        purpose=front.purpose,
        inputs=frozenset(front.inputs),
        max_output_tokens=front.max_output_tokens,
        thinking_budget=front.thinking_budget,
        system=system,
        text=text,
        phrases=front.phrases,
        digest=hashlib.sha256(f"{asked}\n{body}".encode()).hexdigest(),
    )


def _split_front(filename: str, content: str) -> tuple[_Front, str]:
    match = _FRONT.match(content)
    if match is None:
        raise ConfigError(f"{filename}: does not start with front matter between two +++ lines")
    try:
        return _Front.model_validate(tomllib.loads(match["front"])), match["body"]
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{filename}: front matter: {error}") from error
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise ConfigError(f"{filename}: front matter: {', '.join(wrong)}") from error


def _split_body(filename: str, body: str) -> tuple[str, str]:
    """Return the system part (empty without a marker) and the question."""
    parts = [part.strip() for part in _SPLIT.split(body)]
    if len(parts) > 2:
        raise ConfigError(f"{filename}: more than one '--- question ---' line")
    system, text = parts if len(parts) == 2 else ("", parts[0])
    if not text:
        raise ConfigError(f"{filename}: the question is empty")
    return system, text


def _check_places(filename: str, parts: tuple[str, ...], inputs: set[str]) -> None:
    places: set[str] = set()
    for part in map(Template, parts):
        if not part.is_valid():
            raise ConfigError(f"{filename}: a '$' that marks no place (write '$$' for a dollar)")
        places.update(part.get_identifiers())
    if places != inputs:
        raise ConfigError(_difference(filename, "the places in its text", places, inputs))


def _check_tags(filename: str, body: str) -> None:
    """A fence that `core.llm.fence` does not defuse in data would be no fence."""
    if unknown := {tag for tag in _TAG.findall(body) if tag not in TAGS}:
        raise ConfigError(f"{filename}: tags not in core.llm.fence.TAGS: {_names(unknown)}")


def _difference(
    where: str, what: str, found: Mapping[str, str] | set[str], inputs: set[str] | frozenset[str]
) -> str:
    lacking, surplus = inputs - set(found), set(found) - inputs
    parts = [f"lack {_names(lacking)}"] if lacking else []
    parts += [f"have besides {_names(surplus)}"] if surplus else []
    return f"{where}: {what} differ from its inputs: they {' and '.join(parts)}"


def _names(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))
