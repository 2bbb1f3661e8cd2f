"""A chain for the judge that answers about every paper it is shown, or does what a script says."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import Any

from core.judge.batches import OUTPUT_PER_ITEM
from core.judge.judge import ModelJudge
from core.llm import ORDINARY, AnswerT, Question, Reply, Urgency, Waiter
from core.llm.prompts import load_prompts
from core.models.errors import LLMError
from core.models.usage import Usage
from core.models.values import Focus, Paper

PROMPT = load_prompts(files("prompts"))["score"]
FOCUS = Focus(interests=("图像复原", "diffusion models"))


def item(paper_id: str) -> dict[str, Any]:
    return {"id": paper_id, "score": 85, "reason": "用 diffusion 先验做图像复原，正对兴趣。"}


def papers(number: int) -> list[Paper]:
    return [
        Paper(id=f"2603.{n:05d}", title=f"Paper {n}", abstract="We deblur.") for n in range(number)
    ]


Script = Callable[[Sequence[str]], Exception | Collection[str]]
"""What becomes of a question about these papers: it fails, or papers are left out of its answer."""


def willing(ids: Sequence[str]) -> Collection[str]:
    """Leave none out."""
    return ()


class Panel:
    """A chain that answers about every paper it is shown, unless the script says otherwise."""

    models = ("fake",)

    def __init__(self, script: Script = willing) -> None:
        self.asked: list[list[str]] = []
        self.urgencies: list[Urgency] = []
        self.questions: list[Question] = []
        self._script = script

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        ids = re.findall(r'<paper id="([^"]+)">', question.text)
        self.asked.append(ids)
        self.urgencies.append(context.urgency)
        self.questions.append(question)
        await self.before_answering(ids)
        left_out = self._script(ids)
        if isinstance(left_out, Exception):
            raise left_out
        scores = {"scores": [item(paper_id) for paper_id in ids if paper_id not in left_out]}
        return Reply(answer.model_validate(scores), "fake", Usage())

    async def before_answering(self, ids: Sequence[str]) -> None:
        """Take no time."""

    @property
    def sizes(self) -> list[int]:
        return [len(ids) for ids in self.asked]


def judge_of(panel: Panel, *, a_call: int = 64, max_input_tokens: int = 60_000) -> ModelJudge:
    """Return a judge whose answers have room for so many scores a call."""
    room = OUTPUT_PER_ITEM * a_call + (PROMPT.thinking_budget or 0)
    prompt = replace(PROMPT, max_output_tokens=room)
    return ModelJudge(panel, prompt, max_input_tokens=max_input_tokens)


def failing(error: LLMError, *poison: str) -> Script:
    """Fail every question that holds one of these papers."""
    return lambda ids: error if set(ids) & set(poison) else ()


def once(error: Exception, *poison: str) -> Script:
    """Fail the first question that holds one of these papers."""
    left = [error]
    return lambda ids: left.pop() if left and set(ids) & set(poison) else ()
