"""A request's parameters: texts from a form or typed values from JSON, read the same way."""

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.refusals import bad

Json = dict[str, Any]


class Params:
    """Reads parameters; a wrong one raises `Refusal`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if value is None or isinstance(value, str) else str(value)

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is None or value == "":
            return None
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f"{name} must be an Integer") from None

    def needed(self, name: str) -> int:
        value = self.number(name)
        if value is None:
            raise bad(f"{name} is not specified")
        return value

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """Return what is written as JSON, None if it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise bad(f"can't parse {name} JSON object") from None

    def object(self, name: str) -> Json | None:
        value = self.json(name)
        if value is not None and not isinstance(value, dict):
            raise bad(f"{name} must be a JSON object")
        return value

    def objects(self, name: str) -> list[Json]:
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad(f"{name} must be a JSON array")
        return value or []

    def chat(self) -> int | str:
        value = self.values.get("chat_id")
        if value is None or value == "":
            raise bad("chat_id is empty")
        if isinstance(value, str) and value.startswith("@"):
            return value
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad("chat not found") from None
