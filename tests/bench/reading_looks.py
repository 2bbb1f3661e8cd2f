"""How the second look fares on real papers: true statements and planted errors in one question.

`python -m tests.bench.reading_looks --data DIR [--papers bidlora ...]` prints what recorded
verdicts (`tests/data/reading/verdicts/`, by the prompt's hash) come to; `--write OUT` writes the
prompts that nobody has answered. Everything goes through `SecondLooker`, as in the product. A sheet
is as long as a dive; an error and its true counterpart never stand in the same one.

by rule    doubted or left out by rule alone
look       left out or changed by the second look alone
both       by one of the two: what a reader is spared
paired     the error caught by both steps AND its true counterpart left as it was
"""

import argparse
import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from core.analyze.schema import Statement
from core.analyze.second_look import SecondLooker
from core.llm import ORDINARY, AnswerT, Question, Reply, Waiter
from core.llm.prompts import load_prompts
from core.models.errors import LLMError, LLMUnavailable
from core.models.usage import Usage
from core.models.values import Evidence, Language, Paper, Point, PointKind, Support
from tests.bench.reading import (
    ALL,
    CLAIMS,
    FREE,
    KINDS,
    Answered,
    Share,
    answered,
    counterpart,
    statement,
)

VERDICTS = Path(__file__).parents[1] / "data/reading/verdicts"
TOKENS = 150_000
"""As the product has it."""
TRUE, COUNTERPART = "true", "counterpart"
_OF_KIND = {"takeaway": PointKind.SUGGESTION, "questions": PointKind.QUESTION}


@dataclass(frozen=True)
class Asked:
    """One statement of a sheet."""

    point: Point
    what: str
    """"true", "counterpart", or the kind of error."""
    pair: int | None
    by_rule: bool
    """Whether the rules doubt it, or leave it out."""
    is_left_out: bool = False


@dataclass
class Recorded:
    """A model that gives recorded answers; what it has none for is written down."""

    verdicts: Path
    out: Path | None
    models: Sequence[str] = ("recorded",)
    missing: int = 0
    names: set[str] = field(default_factory=set)

    async def ask(
        self, question: Question, answer: type[AnswerT], context: Waiter = ORDINARY
    ) -> Reply[AnswerT]:
        """Return what was recorded; raise `LLMUnavailable` where nothing was."""
        told = f"{question.system}\n\n--- question ---\n\n{question.text}"
        name = hashlib.sha256(told.encode()).hexdigest()[:16]
        path = self.verdicts / f"{name}.json"
        if path.exists():
            said = json.loads(path.read_text("utf-8"))
            self.names.add(str(said.pop("model", "unnamed")))
            return Reply(answer.model_validate(said), "recorded", Usage())
        self.missing += 1
        if self.out is not None:
            schema = json.dumps(answer.model_json_schema(), ensure_ascii=False, indent=1)
            told += f"\n\n--- answer: one JSON object of this schema ---\n\n{schema}\n"
            (self.out / f"{name}.txt").write_text(told, encoding="utf-8")
        raise LLMUnavailable(f"{name} is not answered")


def sheets(paper: Answered) -> Iterator[tuple[Language, list[Asked]]]:
    """Yield what is asked of a paper: two sheets for each language somebody wrote in."""
    languages: tuple[Language, ...] = ("zh", "en")
    for number, (answer, language) in enumerate(zip(paper.answers, languages, strict=False)):
        parts: tuple[list[Asked], list[Asked]] = ([], [])
        true = [
            (name, given) for name in (*CLAIMS, "unusual", *FREE) for given in answer.get(name, ())
        ]
        for place, (name, given) in enumerate(true):
            parts[place % 2].append(
                _asked(paper, statement(given, paper.document), TRUE, name=name)
            )
        half = len(paper.corrupted) // len(paper.answers)
        for pair in range(number * half, (number + 1) * half):
            kind, wrong = paper.corrupted[pair]
            parts[pair % 2].append(_asked(paper, wrong, kind, pair))
            if (right := counterpart(paper.slug, pair, wrong)) is not None:
                parts[1 - pair % 2].append(_asked(paper, right, COUNTERPART, pair))
        for part in parts:
            yield language, sorted(part, key=lambda one: _digest(one.point.text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _asked(
    paper: Answered, said: Statement, what: str, pair: int | None = None, name: str = ""
) -> Asked:
    """Return a statement as the rules leave it; one they leave out as it was given."""
    kept = paper.verifier.claims([said])
    by_rule = not kept or kept[0].support is Support.DOUBTFUL
    evidence = tuple(Evidence(quote=q, where=said.where or "?") for q in said.quotes if q.strip())
    point = kept[0] if kept else Point(text=said.text, where=said.where or None, evidence=evidence)
    if (kind := _OF_KIND.get(name)) is not None:
        point, by_rule = point.model_copy(update={"kind": kind, "text": said.text}), False
    return Asked(point, what, pair, by_rule, is_left_out=not kept and kind is None)


async def look(paper: Answered, model: Recorded, table: dict[str, dict[str, Share]]) -> None:
    """Count what became of a paper's sheets, as far as they are answered."""
    prompt = load_prompts(files("prompts"))["check"]
    looker = SecondLooker(model, prompt, max_input_tokens=TOKENS)
    named = Paper(id=paper.document.paper_id, title=paper.title)
    fates: dict[int, dict[str, bool]] = defaultdict(dict)
    for language, asked in sheets(paper):
        points = [one.point for one in asked]
        try:
            looked = await looker.of_points(named, paper.document, points, language)
        except LLMError:
            continue
        for one, left in zip(asked, looked.points, strict=True):
            changed = left is None or left.text != one.point.text
            is_marked = left is not None and left.support is Support.DOUBTFUL
            both = changed or one.is_left_out or is_marked
            line = KINDS.get(one.what, one.what)
            for column, hit in (("by rule", one.by_rule), ("look", changed), ("both", both)):
                told = f"{paper.slug} {one.point.text} -> {left and left.text}"
                table[line][column].add(hit=hit, example=told)
            if one.pair is not None:
                fates[one.pair][one.what] = both
    for fate in fates.values():
        for what, caught in fate.items():
            if what in KINDS and COUNTERPART in fate:
                table[KINDS[what]]["paired"].add(hit=caught and not fate[COUNTERPART])


def show(table: dict[str, dict[str, Share]], *, examples: bool) -> None:
    """Print the shares caught, or of true ones doubted."""
    columns = ("by rule", "look", "both", "paired")
    print(
        f"{'share caught, or doubted':28}" + "".join(f"{name:>10}" for name in columns) + "     of"
    )
    for line in (*KINDS.values(), TRUE, COUNTERPART):
        shares = table[line]
        cells = (
            f"{shares[name].hits / shares[name].of:10.3f}" if shares[name].of else f"{'-':>10}"
            for name in columns
        )
        print(f"{line:28}{''.join(cells)}{shares['look'].of:7}")
    if examples:
        for line in (TRUE, COUNTERPART):
            for told in table[line]["look"].examples:
                print(f"  {line} doubted: {told}")


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="folder with reading/, fulltext/")
    parser.add_argument("--papers", nargs="*", default=ALL)
    parser.add_argument("--verdicts", type=Path, default=VERDICTS)
    parser.add_argument("--write", type=Path, help="where prompts nobody has answered go")
    parser.add_argument("--examples", action="store_true", help="print true statements doubted")
    given = parser.parse_args()
    if given.write:
        given.write.mkdir(parents=True, exist_ok=True)
    model = Recorded(given.verdicts, given.write)
    table: dict[str, dict[str, Share]] = defaultdict(lambda: defaultdict(Share))
    for slug in given.papers:
        asyncio.run(look(answered(given.data, slug), model, table))
    show(table, examples=given.examples)
    print(f"{model.missing} prompts are not answered; answered by {', '.join(sorted(model.names))}")


if __name__ == "__main__":
    main()
