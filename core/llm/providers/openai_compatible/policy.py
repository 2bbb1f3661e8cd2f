"""What is known of a server that may be anybody's: nothing but what it says.

No limits (a 429 teaches them), no prices, no day of its own: one that is used up is over in UTC.
"""

from datetime import timedelta

from core.llm.policy import ProviderPolicy
from core.models.options import Endpoint, Options, Token

OPENAI = "https://api.openai.com/v1"


class OpenAIOptions(Options):
    openai_api_key: Token | None = None
    openai_base_url: Endpoint = OPENAI


POLICY = ProviderPolicy(
    name="openai",
    prefix="openai/",
    options=OpenAIOptions,
    key_setting="OPENAI_API_KEY",
    url_setting="OPENAI_BASE_URL",
    url=OPENAI,
    needs_key=False,
    timeout=timedelta(minutes=5),  # a model of one's own, on one's own machine, takes its time
)
