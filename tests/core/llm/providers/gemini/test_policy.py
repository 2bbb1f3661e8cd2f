"""What the free tier allows, model by model."""

import pytest

from core.llm.providers import PROVIDERS, provider_of
from core.llm.providers.gemini.policy import load_free_tier


@pytest.mark.parametrize(
    ("model", "limits"),
    [
        ("gemini-flash-latest", (5, 250_000, 20)),
        ("gemini-3.8-flash", (5, 250_000, 20)),
        ("gemini-flash-lite-latest", (15, 250_000, 500)),
        ("models/gemini-3.5-flash-lite", (15, 250_000, 500)),
        ("gemini-2.5-flash-lite-preview", (10, 250_000, 20)),
        ("gemma-4-27b-it", (30, 15_000, 14_400)),
        ("gemini-9-pro", (5, 250_000, 20)),
        ("", (5, 250_000, 20)),
    ],
)
def test_each_model_has_its_own_limits_and_an_unknown_one_careful_ones(
    model: str, limits: tuple[int, int, int]
) -> None:
    found = load_free_tier()(model)
    assert (found.rpm, found.tpm, found.rpd) == limits


def test_a_model_is_its_providers_by_the_beginning_of_its_name() -> None:
    for name in ("gemini-flash-latest", "models/x", "openai"):
        assert provider_of(name).policy.name == "gemini"
    assert provider_of("openai/gemini-flash-latest").policy.name == "openai"
    assert len({provider.policy.prefix for provider in PROVIDERS}) == len(PROVIDERS)
