from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analyze.extract import EXTRACTOR, extract
from core.models.values import (
    Analysis,
    AnalysisKind,
    Document,
    Focus,
    Paper,
    Point,
    Section,
    TextSource,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FOCUS = Focus(interests=("image super-resolution", "flow matching"))
TITLE = "TinyFlow: Fast Flow Matching for Super-Resolution"


def document(*sections: tuple[str, str, str]) -> Document:
    return Document(
        paper_id="2601.00042",
        version=2,
        source=TextSource.HF_MARKDOWN,
        sections=tuple(
            Section(id=id_, title=title, level=1 + id_.count("."), text=text)
            for id_, title, text in sections
        ),
    )


PAPER = Paper(id="2601.00042", title=TITLE)
FULL = document(
    (
        "Abstract",
        "Abstract",
        "Restoring images is slow with existing diffusion samplers. However, existing methods fail "
        "on faces and need many steps. We propose TinyFlow, a distilled flow for restoring images "
        "on a phone. TinyFlow consists of a small encoder and a velocity network that share their "
        "weights. It achieves 31.2 dB on an invented benchmark with four sampling steps.",
    ),
    (
        "§1",
        "Introduction",
        "Figure 1: We propose a figure whose caption must never be quoted anywhere.\n\n"
        "People take pictures every day and many of them are blurred. Our main contributions are "
        "a schedule for flow matching with few steps and a loss for faces.\n\n"
        "- We introduce the first public set of blurred phone portraits with known blur.",
    ),
    (
        "§2",
        "Related Work",
        "We propose that this sentence of related work is not a contribution at all. Their method "
        "fails on long videos and is limited to faces.",
    ),
    (
        "§3",
        "TinyFlow",
        "The encoder takes the degraded picture as input and is trained with a pixel loss. During "
        "training we sample the time from a cosine schedule and minimize the velocity error "
        "$\\|v\\|$. $$x_t = (1-t) x_0 + t x_1$$\n\nThe velocity network is composed of twelve "
        "blocks with shared weights (see the appendix.",
    ),
    (
        "§4",
        "Experiments",
        "Table 1: Results of we propose on image super-resolution.\n\n"
        "| We propose | fails |\n| --- | --- |\n| flow matching | 31.2 |\n\n"
        "On image super-resolution our flow improves over regression by 1.1 dB with fewer steps.",
    ),
    (
        "§5",
        "Limitations",
        "TinyFlow needs paired data for every new kind of blur. We leave longer videos and other "
        "sensors for future work.",
    ),
)


def points(analysis: Analysis) -> list[Point]:
    return [
        *analysis.contribution,
        *analysis.methodology,
        *analysis.takeaway,
        *analysis.limitations,
    ]


def texts(found: tuple[Point, ...]) -> list[str]:
    return [point.text for point in found]


def test_each_section_quotes_the_fitting_sentences() -> None:
    analysis = extract(FULL, PAPER, FOCUS, now=NOW)

    assert texts(analysis.contribution)[0] == (
        "We propose TinyFlow, a distilled flow for restoring images on a phone."
    )
    assert "The encoder takes the degraded picture as input and is trained with a pixel loss." in (
        texts(analysis.methodology)
    )
    assert [(p.where, p.text) for p in analysis.limitations] == [
        ("§5", "TinyFlow needs paired data for every new kind of blur."),
        ("§5", "We leave longer videos and other sensors for future work."),
    ]


def test_it_is_labelled_as_an_extract_in_the_papers_language() -> None:
    analysis = extract(FULL, PAPER, FOCUS, now=NOW)

    assert analysis.kind is AnalysisKind.EXTRACTIVE
    assert analysis.model == EXTRACTOR
    assert analysis.language == "en"
    assert analysis.created_at == NOW
    assert (analysis.paper_id, analysis.version) == ("2601.00042", 2)
    assert analysis.text_source is TextSource.HF_MARKDOWN


def test_every_point_is_a_sentence_of_its_section_and_used_once() -> None:
    found = points(extract(FULL, PAPER, FOCUS, now=NOW))
    by_id = {section.id: " ".join(section.text.split()) for section in FULL.sections}

    assert found
    assert len({point.text for point in found}) == len(found)
    assert all(point.text in by_id[point.where or ""] for point in found)


def test_captions_tables_and_broken_sentences_are_never_quoted() -> None:
    quoted = " ".join(texts(tuple(points(extract(FULL, PAPER, FOCUS, now=NOW)))))

    for unfit in ("caption", "Table 1", "31.2 |", "see the appendix", "x_t"):
        assert unfit not in quoted


def test_other_peoples_limits_are_not_the_papers() -> None:
    analysis = extract(
        document(*((s.id, s.title, s.text) for s in FULL.sections[:3])), PAPER, FOCUS, now=NOW
    )
    assert analysis.limitations == ()


def test_an_abstract_alone_gives_contribution_and_method_and_no_limits() -> None:
    analysis = extract(
        document(("Abstract", "Abstract", FULL.sections[0].text)), PAPER, FOCUS, now=NOW
    )

    assert texts(analysis.contribution) == [
        "We propose TinyFlow, a distilled flow for restoring images on a phone.",
        "It achieves 31.2 dB on an invented benchmark with four sampling steps.",
    ]
    assert texts(analysis.methodology) == [
        "TinyFlow consists of a small encoder and a velocity network that share their weights."
    ]
    assert analysis.limitations == ()


def test_a_wrapped_paragraph_is_quoted_without_its_line_ends() -> None:
    wrapped = (
        "We investigate guidance in diffusion models for images and their frequency\nbands. We "
        "propose to treat the low- and high-frequency components of guidance\nseparately in the "
        "Fourier domain."
    )
    analysis = extract(document(("Abstract", "Abstract", wrapped)), PAPER, FOCUS, now=NOW)
    assert texts(analysis.contribution)[-1] == (
        "We propose to treat the low- and high-frequency components of guidance separately in the "
        "Fourier domain."
    )


def test_nothing_is_quoted_as_a_takeaway_and_results_stand_behind_the_claims() -> None:
    found = extract(FULL, PAPER, FOCUS, now=NOW)
    assert found.takeaway == ()
    assert texts(found.contribution)[-2:] == [
        "It achieves 31.2 dB on an invented benchmark with four sampling steps.",
        "On image super-resolution our flow improves over regression by 1.1 dB with fewer steps.",
    ]


def test_a_chinese_paper_is_read_in_chinese() -> None:
    text = (
        "现有方法在真实图像上的恢复速度很慢并且效果不稳定。本文提出了一种用于图像恢复的快速流匹配方法。"
        "该方法由一个编码器和一个共享权重的速度网络组成。实验表明它在图像恢复任务上优于所有基线方法。"
    )
    analysis = extract(
        document(("Abstract", "摘要", text)), PAPER, Focus(interests=("图像恢复",)), now=NOW
    )
    assert analysis.language == "zh"
    assert texts(analysis.contribution) == [
        "本文提出了一种用于图像恢复的快速流匹配方法。",
        "实验表明它在图像恢复任务上优于所有基线方法。",
    ]
    assert texts(analysis.methodology) == ["该方法由一个编码器和一个共享权重的速度网络组成。"]


@pytest.mark.parametrize(
    "empty",
    [
        document(),
        document(("Abstract", "Abstract", "")),
        document(("§1", "Method", "| a | b |\n| 1 | 2 |")),
        document(("§1", "Method", "$x$ $y$ [1] [2]. ... !!! ???")),
    ],
    ids=["nothing", "empty", "table", "signs"],
)
def test_without_sentences_all_sections_stay_empty(empty: Document) -> None:
    assert points(extract(empty, PAPER, FOCUS, now=NOW)) == []


def test_the_same_paper_is_always_read_the_same_way() -> None:
    assert extract(FULL, PAPER, FOCUS, now=NOW) == extract(FULL, PAPER, FOCUS, now=NOW)


PHRASES = (
    "We propose", "our method fails", "However,", "flow matching", "image", "the", "of", "in",
    "limitations", "future work", "consists of", "is trained", "[1]", "$x$", "(", ")", ".", "?",
    "本文提出", "3.1", "et al.", "|", "-", "\n\n",
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.lists(
            st.sampled_from(PHRASES),
            max_size=80,
        ),
        max_size=5,
    )
)
def test_any_text_is_quoted_verbatim_or_not_at_all(words: list[list[str]]) -> None:
    names = ("Abstract", "Introduction", "Method", "Experiments", "Limitations")
    paper = document(
        *(
            (f"§{n}", name, " ".join(w))
            for n, (name, w) in enumerate(zip(names, words, strict=False))
        )
    )
    whole = {s.id: " ".join(s.text.split()) for s in paper.sections}
    found = points(extract(paper, PAPER, FOCUS, now=NOW))
    assert all(point.text in whole[point.where or ""] for point in found)
    assert len({point.text.casefold() for point in found}) == len(found)


def test_an_enumeration_inside_a_sentence_does_not_disqualify_it() -> None:
    how = (
        "DerainFlow equips a base model with two parts: 1) a planning network that orders the "
        "tools, and 2) a gate that sets their strength."
    )
    text = f"We propose DerainFlow, a framework for single-image deraining. {how}"
    found = extract(document(("Abstract", "Abstract", text)), PAPER, FOCUS, now=NOW)
    assert texts(found.methodology) == [how]
