"""Statements on real texts: abstracts of arXiv papers (CC0) and a real survey's PDF.

True ones are the papers' own sentences, said again by somebody else; inventions change a number,
exchange two, or quote another paper. Nobody has read them all: a sentence is taken for a fact.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from core.analyze.quotable import quotable_sentences
from core.documents.pdf import parse_pdf
from core.models.values import Document, Section, TextSource
from tests.bench.reading_claims import Claim

FILLER = (
    "Image restoration aims to recover a clean image from its degraded observation.",
    "Recent years have witnessed the rapid development of diffusion models for image synthesis "
    "[3, 14, 27].",
    "Transformers model long-range dependencies at a quadratic cost in the number of tokens.",
    "Early approaches rely on hand-crafted priors such as sparsity and self-similarity.",
    "Generative adversarial networks produce sharp textures but are hard to train.",
    "A large body of work studies how to condition generation on text (Smith et al., 2023).",
    "Classifier-free guidance trades diversity for fidelity.",
    "Masked autoregressive models predict several tokens at once.",
    "Flow matching learns a velocity field between two distributions.",
    "Perceptual metrics correlate better with human judgement than pixel-wise ones.",
    "Many datasets provide only synthetic degradations, which do not cover real cameras.",
    "Knowledge distillation reduces the number of sampling steps.",
    "Other works operate in the frequency domain to separate structure from detail.",
    "The choice of tokenizer determines how much detail survives compression.",
)
_NUMBER = re.compile(
    r"(?<![\w.$^{}@/:-])(?<!fig )(?<!figure )(?<!table )(?<!eq. )(?<!equation )"
    r"(?<!sec. )(?<!section )(?<![A-Z]{2} )(?<!\d[,:])"
    r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w.]*\w|[\w:@-]*[A-Za-z\d]|,\d)"
    r"(?=\s?\\?%|\s?dB|\s|,|\.)(?!\s(?:million|billion|thousand|k\b|m\b|to\b|mm|x\b))",
    re.IGNORECASE,
)
Real = tuple[str, Document, str, list[Claim]]


def real_claims(data: Path, seed: int, *, abstracts: int = 400) -> Iterator[Real]:
    """Yield texts with the statements made of them."""
    rng = random.Random(seed)
    papers = _papers(data)
    rng.shuffle(papers)
    sentences = [s for p in papers[-300:] for s in _sentences(_document(p))]
    for paper in papers[:abstracts]:
        document = _document(paper)
        claims = [
            c
            for sentence in _sentences(document)
            for c in _claims(sentence, "Abstract", sentences, rng)
        ]
        if claims:
            yield "abstract", document, paper["title"], claims
    yield _survey(data, sentences, rng)


def _papers(data: Path) -> list[dict[str, str]]:
    with gzip.open(data / "relevance/papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    return [paper for paper in papers if len(_NUMBER.findall(paper["abstract"])) >= 1]


def _document(paper: dict[str, str]) -> Document:
    section = Section(
        id="Abstract", title="Abstract", level=1, text=" ".join(paper["abstract"].split())
    )
    return Document(
        paper_id=paper["id"], version=None, source=TextSource.ABSTRACT, sections=(section,)
    )


def _sentences(document: Document) -> list[str]:
    return [candidate.text for candidate in quotable_sentences(document)]


def _survey(data: Path, others: list[str], rng: random.Random) -> Real:
    parsed = parse_pdf((data / "fulltext/2411.05902_TMLR_survey.pdf").read_bytes())
    document = Document(
        paper_id="2411.05902", version=None, source=TextSource.PDF, sections=parsed.sections
    )
    candidates = [c for c in quotable_sentences(document) if _NUMBER.search(c.text)]
    claims = [claim for c in candidates for claim in _claims(c.text, c.where, others, rng)]
    return "survey", document, parsed.title or "Autoregressive Models in Vision: A Survey", claims


def _claims(sentence: str, section: str, others: list[str], rng: random.Random) -> Iterator[Claim]:
    for language in ("zh", "en"):
        said = _said(sentence, language, rng)
        if said is None:
            continue
        text, numbers = said
        kind = "numeric" if numbers else "words"
        yield Claim(text, sentence, section, language, kind)
        yield Claim(text, rng.choice(others), section, language, kind, "another paper's quote")
        if numbers:
            number = rng.choice(numbers)
            wrong = _wrong(number, sentence, rng)
            yield Claim(
                _replaced(text, number, wrong), sentence, section, language, kind, "wrong number"
            )
            yield Claim(
                text, _replaced(sentence, number, wrong), section, language, kind, "altered quote"
            )


def _replaced(text: str, number: str, other: str) -> str:
    return re.sub(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", other, text, count=1)


def _said(sentence: str, language: str, rng: random.Random) -> tuple[str, list[str]] | None:
    """Return what a reader may say of a sentence, and its numbers; None where nothing is safe."""
    numbers = [m[0] for m in _NUMBER.finditer(sentence)]
    if language == "en":
        opening = rng.choice(["The authors report: ", "According to the paper, ", ""])
        is_word = sentence.split()[0][1:].islower()  # and no name, such as "DeepSeek-OCR"
        return opening + (sentence[0].lower() if is_word else sentence[0]) + sentence[1:], numbers
    names = re.findall(r"\b[A-Z][A-Za-z]*[A-Z0-9][\w-]*\b", sentence)
    if not numbers:
        return (f"该句涉及 {names[0]}。", []) if names else None
    units = [_unit(sentence, number) for number in numbers]
    listed = "、".join(f"{number}{unit}" for number, unit in zip(numbers, units, strict=True))
    about = f"这里说的是 {'、'.join(names[:2])}。" if names else ""
    return f"{about}文中给出的数值有 {listed}。", numbers


_UNIT = re.compile(
    r"\s?\\?(%|(?:dB|[mμ]?s|h|hours?|min(?:utes?)?|days?|[kMG]?Hz|[kMGT]i?B|[cmk]?m|fps)\b)"
)


def _unit(sentence: str, number: str) -> str:
    """Return the unit behind a number: a statement without it would say something else."""
    found = re.search(rf"(?<![\d.]){re.escape(number)}{_UNIT.pattern}", sentence)
    return f" {found[1]}" if found else ""


def _wrong(number: str, sentence: str, rng: random.Random) -> str:
    digits = len(number.split(".")[1]) if "." in number else 0
    while True:
        value = (
            float(number.replace(",", "")) * rng.choice([0.8, 0.9, 1.1, 1.3, 2.0])
            + rng.choice([0, 1, 3, 7, 40]) * 10**-digits
        )
        text = f"{value:.{digits}f}"
        if text != number and text not in sentence:
            return text
