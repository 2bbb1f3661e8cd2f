"""What papers about a topic look like: terms, made-up abstracts, and what is only near it.

Written once by a language model from the topics' names alone and shipped as `portraits.jsonl`,
whose first line says so and when. They are used by their words only and never shown: the abstracts
describe no papers that exist. `tests.bench.relevance` measures them ("but portrayed"): they add a
little where the glossary knows the narrower terms of a topic, and much where it does not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Portrait:
    key: str
    """The glossary's handle of the concept, or "learned" and a topic a model was asked about."""
    terms: tuple[tuple[str, int], ...]
    """What titles and abstracts say, 3 for what says it surely, 1 for a hint."""
    abstracts: tuple[str, ...]
    near_misses: tuple[str, ...]
    """What shares words with the topic and is something else."""


def parse(text: str) -> Mapping[str, Portrait]:
    """Return the portraits by key; the first line is about the file."""
    found = [json.loads(line) for line in text.splitlines()[1:]]
    return {
        raw["key"]: Portrait(
            raw["key"],
            tuple((term, weight) for term, weight in raw["terms"]),
            tuple(raw["abstracts"]),
            tuple(raw["near_misses"]),
        )
        for raw in found
    }


@cache
def load() -> Mapping[str, Portrait]:
    return parse(resources.files(__package__).joinpath("portraits.jsonl").read_text("utf-8"))
