"""How many tokens a question has: by estimate, and by the provider's count where it matters.

Counting is free but takes a round trip, so only questions are counted that take up a good part of
a minute's tokens. A count is remembered: the same question comes back when it has to be repeated.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from core.llm import LLM, Question
from core.llm.quota.planner import Weight
from core.llm.tokens import estimate_tokens
from core.models.errors import LLMError

logger = logging.getLogger(__name__)

SCHEMA_TOKENS = 300
"""The answer's schema travels with the question."""
WORTH_COUNTING = 8
"""A question is counted from one eighth of a minute's tokens on."""
REMEMBERED = 256
PAUSE = timedelta(minutes=5)


class TokenCounter:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: OrderedDict[tuple[str, bytes], int] = OrderedDict()
        self._not_before: dict[str, datetime] = {}

    async def weigh(self, model: LLM, question: Question, *, tpm: int) -> Weight:
        """Return a question's weight for `model`. A count that cannot be had is no failure.

        `tpm` is how many input tokens a minute allows, 0 for any number.
        """
        estimate = estimate_tokens(question.system + question.text) + SCHEMA_TOKENS
        if tpm == 0 or estimate * WORTH_COUNTING < tpm:
            return Weight(estimate)
        text = f"{question.system}\n{question.text}"
        # Its hash: whole papers would fill the memory of a process that runs for weeks.
        key = (model.name, hashlib.sha256(text.encode(errors="replace")).digest())
        if key not in self._known:
            if self._now() < self._not_before.get(model.name, self._now()):
                return Weight(estimate)
            try:
                self._known[key] = await model.count(question)
            except LLMError as error:
                logger.info("%s: tokens are estimated for a while: %s", model.name, error)
                self._not_before[model.name] = self._now() + PAUSE
                return Weight(estimate)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return Weight(estimate, self._known[key] + SCHEMA_TOKENS)
