"""JSON schemas as providers take them."""

import json
from collections.abc import Mapping
from typing import Any


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON schema without `$ref`: what it points to stands in its place.

    Not every provider, proxy or gateway reads references. The schema of an answer does not refer
    to itself.
    """
    definitions = schema.get("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, list):
            return [resolved(item) for item in part]
        if not isinstance(part, Mapping):
            return part
        own = {key: resolved(value) for key, value in part.items() if key not in ("$ref", "$defs")}
        if "$ref" not in part:
            return own
        return {**resolved(definitions[str(part["$ref"]).rpartition("/")[2]]), **own}

    return dict(resolved(schema))


def closed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema in the strict form: every object has all its fields, and no others."""

    def strict(part: Any) -> Any:
        if isinstance(part, list):
            return [strict(item) for item in part]
        if not isinstance(part, Mapping):
            return part
        own = {key: strict(value) for key, value in part.items() if key != "default"}
        if isinstance(fields := part.get("properties"), Mapping):
            own["properties"] = {name: strict(field) for name, field in fields.items()}
            own |= {"required": list(fields), "additionalProperties": False}
        return own

    return dict(strict(inlined(schema)))


def in_words(schema: Mapping[str, Any]) -> str:
    return (
        "Answer with one JSON object and nothing else: no thoughts, no Markdown. It must fit this"
        f" JSON schema:\n{json.dumps(schema, ensure_ascii=False)}"
    )
