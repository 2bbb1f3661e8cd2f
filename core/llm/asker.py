"""Whom scoring and reading put their questions to, without knowing about chains and budgets."""

from typing import Protocol

from core.llm import ORDINARY, AnswerT, Question, Reply, Waiter


class Asker(Protocol):
    """Answers questions with one of several models; `core.llm.chain.ModelChain` is one."""

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models that may answer, in order of preference."""

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Return the answer. Raise `LLMError` when no model can give one."""
