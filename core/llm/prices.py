"""What a call would cost at list price, from a provider's dated table `prices.toml`.

Unknown is an answer: a model that is not in the table has no price, and a sum over it is unknown
too. Thoughts are billed as output, and cached tokens are part of the input tokens.
"""

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field

from core.llm.ledger import Call
from core.llm.outcomes import ANSWERED
from core.models.usage import Usage

_MILLION = 1_000_000


class Price(BaseModel):
    """A model's price in USD per million tokens, for some days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    since: date = Field(default=date.min, alias="from")
    until: date = date.max
    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    """Price of input tokens read from a cache; the full price where none is stated."""

    def of(self, usage: Usage) -> float:
        cached = self.input if self.cached is None else self.cached
        fresh_tokens = max(usage.input_tokens - usage.cached_tokens, 0)
        output_tokens = usage.output_tokens + usage.thought_tokens
        micro_usd = (
            fresh_tokens * self.input + usage.cached_tokens * cached + output_tokens * self.output
        )
        return micro_usd / _MILLION


class Prices(BaseModel):
    """The table; calling it prices a call."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    price: Sequence[Price]

    def __call__(self, call: Call) -> float | None:
        """Return the call's price in USD; None when unknown. Unanswered calls are free."""
        if call.usage == Usage():
            return None if call.outcome in ANSWERED else 0.0
        day = call.at.astimezone(UTC).date()
        for price in self.price:
            if price.model == name_of(call) and price.since <= day <= price.until:
                return price.of(call.usage)
        return None


def name_of(call: Call) -> str:
    """Return the model to price: the one behind an alias, where the provider named it."""
    # A numbered release ("-001") is billed as its model; a preview has a price of its own.
    return re.sub(r"-\d{3}$", "", (call.served_by or call.model).removeprefix("models/"))


def load_prices(table: Traversable) -> Prices:
    return Prices.model_validate(tomllib.loads(table.read_text(encoding="utf-8")))
