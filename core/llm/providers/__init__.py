"""Who serves models. A provider is a folder here, and a line in `PROVIDERS`.

gemini/             Google's Gemini and Gemma
openai_compatible/  every server that speaks OpenAI's chat completions
wording             what a provider said, short and without keys, for our errors
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pydantic import SecretStr

from core.fetch.outbound import Outbound
from core.llm import LLM
from core.llm.ledger import Call
from core.llm.policy import ProviderPolicy
from core.llm.providers.gemini.client import open_gemini
from core.llm.providers.gemini.policy import POLICY as GEMINI
from core.llm.providers.openai_compatible.client import open_server
from core.llm.providers.openai_compatible.policy import POLICY as OPENAI_COMPATIBLE


class Client(Protocol):
    def model(self, name: str) -> LLM:
        """Return a model, named as in the settings. Whether it exists shows when it is asked."""


class Open(Protocol):
    """Opens a client; nothing is asked yet."""

    def __call__(
        self, key: SecretStr | None, *, base_url: str, outbound: Outbound, timeout: timedelta
    ) -> AbstractAsyncContextManager[Client]:
        """Give a client, and close it at the end."""


@dataclass(frozen=True)
class Provider:
    """How a provider's models are asked, and what else is its own."""

    policy: ProviderPolicy
    open: Open


PROVIDERS = (Provider(GEMINI, open_gemini), Provider(OPENAI_COMPATIBLE, open_server))


def provider_of(model: str) -> Provider:
    own = [provider for provider in PROVIDERS if model.startswith(provider.policy.prefix)]
    return max(own, key=lambda provider: len(provider.policy.prefix))


def price_of(call: Call) -> float | None:
    """Return what a call costs at its provider's list price; None when unknown."""
    return provider_of(call.model).policy.price(call)
