"""What is Google's own about Gemini: its day, its free tier, its prices."""

import tomllib
from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from importlib.resources import files
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from core.llm.policy import ProviderPolicy
from core.llm.prices import load_prices
from core.llm.quota_limits import QuotaDay, QuotaLimits
from core.models.options import Endpoint, Options, Token


class _Limit(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    """A pattern."""
    rpm: int = Field(ge=0)
    tpm: int = Field(ge=0)
    rpd: int = Field(ge=0)


class FreeTier(BaseModel):
    """The table `limits.toml`; calling it gives a model's limits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    limit: Sequence[_Limit]

    def __call__(self, model: str) -> QuotaLimits:
        """Return what a model allows; the last row fits every one."""
        name = model.removeprefix("models/")
        row = next(row for row in self.limit if fnmatchcase(name, row.model))
        return QuotaLimits(row.rpm, row.tpm, row.rpd)


def load_free_tier() -> FreeTier:
    text = (files(__package__) / "limits.toml").read_text(encoding="utf-8")
    return FreeTier.model_validate(tomllib.loads(text))


class GeminiOptions(Options):
    gemini_api_key: Token | None = None
    google_gemini_base_url: Endpoint | None = None
    gemini_rpm: int | None = Field(default=None, ge=0)
    gemini_tpm: int | None = Field(default=None, ge=0)
    gemini_rpd: int | None = Field(default=None, ge=0)


POLICY = ProviderPolicy(
    name="gemini",
    prefix="",
    options=GeminiOptions,
    written=("models/", "tunedModels/"),
    label="Gemini",
    key_setting="GEMINI_API_KEY",
    key_page="aistudio.google.com/apikey",
    url_setting="GOOGLE_GEMINI_BASE_URL",
    url="https://generativelanguage.googleapis.com",
    day=QuotaDay(ZoneInfo("America/Los_Angeles")),
    limits=load_free_tier(),
    price=load_prices(files(__package__) / "prices.toml"),
)
