"""How the check of deep dives fares on real papers: what it doubts, what it lets through.

`python -m tests.bench.reading --data DIR [--papers bidlora ...]`; DIR has `reading/` (answers a
language model wrote to the product's prompts, without sight of the checker, and errors of the kinds
models make) and `fulltext/` (the papers). Everything goes through `Verifier`, as in the product.
What the table's lines are:

claims, suggestions   true statements doubted, or left out
errors a to e         right number of something else; wrong number; direction; name; overclaim
paired                the error caught AND its true counterpart passed
result rows           the answers' own rows kept whole; rows with a value, metric or method
                      exchanged by rule, shown all the same
table cells           the same for a sample of cells of all the papers' tables with plain heads
equations             copied letter by letter from the page, whole, and from its text
"""

import argparse
import gzip
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.analyze.schema import Reading, Row, Statement
from core.analyze.verify import Verifier
from core.documents.latexml import parse_latexml
from core.documents.markdown import parse_markdown
from core.documents.outline import Parsed
from core.documents.pdf import parse_pdf
from core.models.values import Document, Paper, PointKind, Result, Support, TextSource
from tests.bench.reading_pairs import PAIRS

ALL = ("bidlora", "distildoc", "md-2401.08740", "datacomp", "md-2412.00131", "pdf-tmlrsurvey")
CLAIMS = ("contribution", "methodology", "intuition", "ablation", "limitations", "data",
          "compute")  # fmt: skip
FREE = ("takeaway", "questions")
KINDS = {"a": "a somebody else's number", "b": "b wrong number", "c": "c direction reversed",
         "d": "d wrong name", "e": "e overclaim"}  # fmt: skip
_KERN = re.compile(r"\\kern\s*-?[\d.]+\s*(?:pt|em|ex)|\\(?:scriptscriptstyle|scriptstyle)\s?")


@dataclass
class Share:
    """How many of how many."""

    hits: int = 0
    of: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, *, hit: bool, example: str = "") -> None:
        """Count one."""
        self.hits += hit
        self.of += 1
        if hit:
            self.examples.append(example)


Table = dict[str, Share]


@dataclass(frozen=True)
class Answered:
    """A paper with the answers given on it."""

    slug: str
    title: str
    document: Document
    verifier: Verifier
    answers: Sequence[dict[str, list[dict[str, str]]]]
    corrupted: Sequence[tuple[str, Statement]]
    page: str
    """As it came, for HTML and Markdown."""


def answered(data: Path, slug: str) -> Answered:
    """Read one paper and its answers."""
    document, title, page = _document(data / "fulltext", slug)
    paper = Paper(id=document.paper_id, title=title)
    files = [data / f"reading/answers/{prefix}{slug}.json" for prefix in ("", "en-")]
    errors = json.loads((data / "reading/corrupted.json").read_text("utf-8")).get(slug, [])
    corrupted = [
        (kind, Statement(text=text, quotes=[_as_parsed(quote, document)], where=where))
        for kind, text, quote, where in errors
    ]
    answers = [json.loads(path.read_text("utf-8")) for path in files if path.exists()]
    if answers[1:]:
        english = _labelled(data / "reading/labels.tsv", f"en-{slug}")
        corrupted += [
            (kind, said.model_copy(update={"text": text}))
            for text, (kind, said) in zip(english, corrupted, strict=False)
        ]
    verifier = Verifier(paper, document, document.sections)
    return Answered(slug, title, document, verifier, answers, corrupted, page)


def _labelled(path: Path, slug: str) -> list[str]:
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [row[6] for row in rows if row[0] == slug and row[2].startswith("corrupt")]


def _document(folder: Path, slug: str) -> tuple[Document, str, str]:
    place = folder / "real" / slug
    parsed: Parsed
    page = ""
    if (place / "page.html.gz").exists():
        page = gzip.decompress((place / "page.html.gz").read_bytes()).decode()
        parsed, source = parse_latexml(page), TextSource.ARXIV_HTML
    elif (place / "paper.md").exists():
        page = (place / "paper.md").read_text("utf-8")
        parsed, source = parse_markdown(page), TextSource.HF_MARKDOWN
    else:
        parsed = parse_pdf((folder / "2411.05902_TMLR_survey.pdf").read_bytes())
        source = TextSource.PDF
    meta = place / "meta.json"
    known = json.loads(meta.read_text("utf-8")) if meta.exists() else {}
    title = known.get("title") or parsed.title or "Autoregressive Models in Vision: A Survey"
    document = Document(
        paper_id=known.get("id", "2411.05902"), version=None, source=source,
        sections=parsed.sections,
    )  # fmt: skip
    return document, title, page


def _as_parsed(quote: str, document: Document) -> str:
    """Return a quotation of November's text as the text is now: without marks of mere spacing."""
    is_as_it_was = any(_KERN.search(section.text) for section in document.sections)
    return quote if is_as_it_was else _KERN.sub("", quote)


# Statements


def _is_doubted(verifier: Verifier, name: str, said: Statement) -> bool:
    """Whether a reader would see a doubt, or nothing."""
    empty: dict[str, list[Statement]] = {"contribution": [], "methodology": [], "takeaway": []}
    made = verifier.verify(Reading.model_validate(empty | {name: [said]}))
    points = [point for found in made.sections.values() for point in found]
    return not (points or made.facts) or any(p.support is Support.DOUBTFUL for p in points)


def statements(paper: Answered, table: Table) -> None:
    """Count the true statements doubted and the errors caught."""
    for answer in paper.answers:
        for line, names in (("claims doubted", CLAIMS), ("suggestions, questions doubted", FREE)):
            for name in names:
                asked = [*answer.get(name, ())]
                if name == "methodology":
                    asked += answer.get("unusual", ())  # as the schema had it once
                for given in asked:
                    said = statement(given, paper.document)
                    hit = _is_doubted(paper.verifier, name, said)
                    table[line].add(hit=hit, example=f"{paper.slug} {name}: {said.text}")
                    for how, wrong in _renumbered(said, name, paper):
                        caught = _is_doubted(paper.verifier, name, wrong)
                        told = f"MISSED {paper.slug} {wrong.text} <- {said.text}"
                        table[f"caught: number {how}"].add(hit=not caught, example=told)
    for number, (kind, said) in enumerate(paper.corrupted):
        caught = _is_doubted(paper.verifier, "contribution", said)
        example = f"{paper.slug} {said.text} <- {said.quotes[0][:200]}"
        table[f"caught: {KINDS[kind]}"].add(hit=not caught, example=f"MISSED {example}")
        if (true := counterpart(paper.slug, number, said)) is not None:
            passed = not _is_doubted(paper.verifier, "contribution", true)
            table["true counterparts doubted"].add(hit=not passed, example=true.text)
            table[f"paired: {KINDS[kind]}"].add(hit=caught and passed)


_PLAIN_NUMBER = re.compile(r"(?<![\w.,^_{@/×-])(?<![Tt]ask )\d+(?:\.\d+)?(?!D|[\w.,×-]*[\d×-])")


def _renumbered(said: Statement, name: str, paper: Answered) -> Iterator[tuple[str, Statement]]:
    """Yield a claim with each of its numbers counted up, and as another number of the paper."""
    text = "\n".join(section.text for section in paper.document.sections)
    there = sorted(set(_PLAIN_NUMBER.findall(text)))
    rng = random.Random(said.text)
    for match in _PLAIN_NUMBER.finditer(said.text if name in CLAIMS else ""):
        digits = len(match[0].partition(".")[2])
        others = [
            other for other in there
            if len(other.partition(".")[2]) == digits and other not in " ".join(said.quotes)
            and other not in said.text
        ]  # fmt: skip
        for how, number in (
            ("counted up", _next_value(match[0], text)),
            ("of the paper's in its place", rng.choice(others) if others else ""),
        ):
            if number:
                wrong = said.text[: match.start()] + number + said.text[match.end() :]
                yield how, said.model_copy(update={"text": wrong})


def statement(given: dict[str, str], document: Document) -> Statement:
    said = Statement.model_validate(given)
    return said.model_copy(
        update={"quotes": [_as_parsed(quote, document) for quote in said.quotes]}
    )


def counterpart(slug: str, number: int, said: Statement) -> Statement | None:
    """Return the statement with its error put right by hand; None where nobody did."""
    pairs = PAIRS.get(slug, ())
    if number >= len(pairs):
        return None
    text = said.text
    for wrong, right in pairs[number]:
        assert wrong in text, (slug, number, wrong)
        text = text.replace(wrong, right, 1)
    return said.model_copy(update={"text": text})


# Result rows


def _shown(verifier: Verifier, row: Row) -> Result | None:
    reading = {"contribution": [], "methodology": [], "takeaway": [], "results": [row]}
    return next(iter(verifier.verify(Reading.model_validate(reading)).results), None)


def _is_whole(result: Result | None, row: Row) -> bool:
    return result is not None and bool(result.other) == bool(re.search(r"\d", row.best_other))


def rows(paper: Answered, table: Table) -> None:
    """Count the answers' rows kept whole, and those exchanged by rule that are shown."""
    grids = list(_grids(paper.document))
    for answer in paper.answers:
        for given in answer.get("results", ()):
            row = Row.model_validate(given)
            row = row.model_copy(update={"quote": _as_parsed(row.quote, paper.document)})
            shown = _shown(paper.verifier, row)
            told = _line(paper, row)
            table["rows kept whole"].add(
                hit=not _is_whole(shown, row), example=f"NOT {told} -> {shown and shown.other}"
            )
            table["rows shown at all"].add(hit=shown is None, example=f"NOT {told}")
            for what, wrong in _exchanged(row, grids, paper.document):
                result = _shown(paper.verifier, wrong)
                is_accepted = result is not None and (what != "method" or result.other is not None)
                told = _line(paper, wrong)
                table[f"rows with a wrong {what} shown"].add(hit=is_accepted, example=told)


def _line(paper: Answered, row: Row) -> str:
    cells = (row.benchmark, row.metric, f"{row.ours} vs {row.best_other} {row.other_name}")
    return " | ".join((paper.slug, *cells))


def _exchanged(row: Row, grids: Sequence["Grid"], document: Document) -> Iterator[tuple[str, Row]]:
    text = "\n".join(section.text for section in document.sections)
    wrong = _next_value(row.ours, text)
    yield "value", row.model_copy(update={"ours": wrong})
    if re.search(r"\d", row.best_other) and row.other_name:
        yield "value", row.model_copy(update={"ours": row.best_other, "best_other": row.ours})
        yield "method", row.model_copy(update={"best_other": _next_value(row.best_other, text)})
    for grid in grids:
        if not any(_bare(row.ours) in _bare(cell) for cells in grid.rows for cell in cells[1:]):
            continue
        if row.quote.startswith("|") and _bare(row.quote) in map(_bare_row, grid.rows):
            for head in grid.heads[1:]:
                if _words(head) and not _words(head) & _words(row.metric):
                    yield "metric", row.model_copy(update={"metric": head})
            stubs = [cells[0] for cells in grid.rows if row.best_other not in " ".join(cells)]
            if row.best_other and stubs and _words(stubs[0]) - _words(row.other_name):
                yield "method", row.model_copy(update={"other_name": stubs[0]})


def _next_value(value: str, text: str) -> str:
    """Return the value with its last digits counted up until the paper has no such number."""
    found = re.search(r"\d+(?:\.\d+)?", value)
    assert found
    digits = len(found[0].partition(".")[2])
    for step in range(1, 200):
        other = f"{float(found[0]) + step * 10**-digits:.{digits}f}"
        if not re.search(rf"(?<![\d.]){re.escape(other)}(?!\d)", text):
            return value.replace(found[0], other, 1)
    raise AssertionError(value)


@dataclass(frozen=True)
class Grid:
    """A table with one row of heads, read as plainly as can be."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    caption: str


_VALUE = re.compile(r"[-+]?\d+(?:[.,]\d+)*\s?%?")


def _grids(document: Document) -> Iterator[Grid]:
    for section in document.sections:
        blocks = re.split(r"\n\s*\n", section.text)
        for before, block, after in zip(["", *blocks], blocks, [*blocks[1:], ""], strict=False):
            lines = [line for line in block.split("\n") if line.startswith("|")]
            cells = [tuple(c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]
            caption = next((b for b in (before, after) if re.match(r"(?i)(table|表)\s*\w", b)), "")
            if len(cells) > 3 and len(set(map(len, cells))) == 1:
                yield Grid(cells[0], tuple(cells[2:]), tuple(lines[2:]), caption)


def cells(paper: Answered, table: Table, rng: random.Random, *, most: int = 60) -> None:
    """Count cells of the papers' tables told of their own head and row, and of others."""
    found = [
        (grid, n, column)
        for grid in _grids(paper.document)
        if len(set(grid.heads)) == len(grid.heads) and all(map(_words, grid.heads[1:]))
        if len({row[0] for row in grid.rows}) == len(grid.rows)
        for n, row in enumerate(grid.rows)
        if _is_ours(row[0], paper)
        or not any(_is_ours(" ".join((*r, *grid.heads)), paper) for r in grid.rows)
        for column, cell in enumerate(row)
        if column
        and _words(row[0])
        and _VALUE.fullmatch(cell)
        and not _VALUE.match(grid.heads[column])
    ]
    for grid, n, column in rng.sample(found, min(most, len(found))):
        benchmark = " ".join(grid.caption.split()[2:10]) or "the test set"
        head, row = grid.heads[column], grid.rows[n]
        true = Row(benchmark=benchmark, metric=head, ours=row[column], quote=grid.lines[n])
        told = f"{paper.slug} {row[0]} | {head} | {row[column]}"
        table["cells shown"].add(hit=_shown(paper.verifier, true) is None, example=f"NOT {told}")
        others = [
            other for other in range(1, len(row))
            if row[other] != row[column] and not _words(grid.heads[other]) & _words(head)
        ]  # fmt: skip
        if others:
            other = rng.choice(others)
            wrong = true.model_copy(update={"metric": grid.heads[other]})
            hit = _shown(paper.verifier, wrong) is not None
            table["cells with a wrong metric shown"].add(
                hit=hit, example=f"{told} AS {wrong.metric}"
            )
        rest = [other for other in grid.rows if row[column] not in other and _words(other[0])
                and _VALUE.fullmatch(other[column])]  # fmt: skip
        if rest:
            other_row = rng.choice(rest)
            wrong = true.model_copy(update={"best_other": other_row[column], "other_name": row[0]})
            result = _shown(paper.verifier, wrong)
            table["cells with a wrong method shown"].add(
                hit=result is not None and result.other is not None,
                example=f"{told} {wrong.best_other}",
            )
            right = wrong.model_copy(update={"other_name": other_row[0]})
            result = _shown(paper.verifier, right)
            table["pairs of cells shown"].add(
                hit=not (result and result.other),
                example=f"NOT {told} vs {right.other_name} {right.best_other}",
            )


def _is_ours(text: str, paper: Answered) -> bool:
    """Whether a row is of the paper's own method: only such a value is given as the paper's."""
    own = paper.title.split(":")[0].lower()
    return "our" in text.lower() or own in text.lower()


def _bare(text: str) -> str:
    return re.sub(r"[\s$*]", "", text)


def _bare_row(cells: Sequence[str]) -> str:
    return _bare("|" + "|".join(cells) + "|")


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]+\d?", text.lower()) if len(word) > 1}


# Equations


def equations(paper: Answered, table: Table) -> None:
    """Count formulas copied from the page as it came, and from the text the model is given."""
    text = "\n\n".join(section.text for section in paper.document.sections)
    displayed = re.findall(r"^\$\$?([^$\n]{4,1500})\$\$?(?:\s*\(\w+\))?$", text, re.MULTILINE)
    inline = [tex for tex in re.findall(r"(?<!\$)\$([^$\n]{6,400})\$(?!\$)", text) if "=" in tex]
    if paper.page.startswith("<") or "<math" in paper.page[:200_000]:
        raw = re.findall(r'alttext="([^"]+)"[^>]*display="block"', paper.page)
        raw = [_unescaped(tex) for tex in raw]
    else:
        raw = re.findall(r"\$\$([^$]{4,1500})\$\$", paper.page)
    for line, found in (("from the page", raw), ("displayed", displayed), ("inline", inline)):
        for tex in dict.fromkeys(tex for tex in found if not tex.startswith(r"\tag")):
            reading = {"contribution": [], "methodology": [], "takeaway": [], "equation": [
                       {"tex": tex, "meaning": "It says how it is done."}]}  # fmt: skip
            made = paper.verifier.verify(Reading.model_validate(reading))
            is_found = any(p.kind is PointKind.EQUATION for p in made.points("methodology"))
            table[f"equations {line}"].add(hit=not is_found, example=f"NOT {paper.slug} {tex}")


def _unescaped(tex: str) -> str:
    import html

    return html.unescape(tex)


# The table


def measured(data: Path, slugs: Sequence[str]) -> Table:
    """Measure all of it on some papers."""
    table: Table = defaultdict(Share)
    for slug in slugs:
        paper = answered(data, slug)
        statements(paper, table)
        rows(paper, table)
        cells(paper, table, random.Random(1))
        equations(paper, table)
    return table


_MISSES = ("caught", "rows kept", "rows shown", "cells shown", "pairs of cells", "equations")
"""Lines whose examples are the misses."""


def show(table: Table, examples: str) -> None:
    """Print the table, with the examples of lines that begin with `examples`."""
    for line in sorted(table, key=lambda line: (line[:6], line)):
        share = table[line]
        hits = share.of - share.hits if line.startswith(_MISSES) else share.hits
        print(f"{line:34} {hits:4} of {share.of:4}  {hits / share.of:6.3f}")
        if examples and line.startswith(examples):
            print("".join(f"    {example[:300]}\n" for example in share.examples), end="")


def speed(data: Path, slug: str) -> None:
    """Print how long a paper's check takes."""
    document, title, _ = _document(data / "fulltext", slug)
    answer = json.loads((data / f"reading/answers/{slug}.json").read_text("utf-8"))
    start = time.perf_counter()
    verifier = Verifier(Paper(id="2603.00001", title=title), document, document.sections)
    verifier.verify(Reading.model_validate(answer))
    print(f"{slug}: {document.characters:,} characters, {time.perf_counter() - start:.3f} s")


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with reading/ and fulltext/"
    )
    parser.add_argument("--papers", nargs="*", default=list(ALL))
    parser.add_argument("--examples", default="", help="print the wrong ones of lines beginning so")
    given = parser.parse_args()
    show(measured(given.data, given.papers), given.examples)
    for slug in given.papers:
        speed(given.data, slug)


if __name__ == "__main__":
    main()
