from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.documents.clean import MAX_CHARACTERS
from core.documents.markdown import parse_markdown
from core.models.errors import TextUnavailable

PAPER = (Path(__file__).parents[2] / "data/fulltext/paper.md").read_text(encoding="utf-8")


def text_of(markdown: str) -> str:
    return "\n".join(part.text for part in parse_markdown(markdown).sections)


def test_a_paper_becomes_its_numbered_sections() -> None:
    parsed = parse_markdown(PAPER)

    assert parsed.title == "TinyTrack: Tracking Anything on a Phone"
    assert parsed.flaw is None
    assert [(s.id, s.title, s.level) for s in parsed.sections] == [
        ("Abstract", "Abstract", 1),
        ("§1", "Introduction", 1),
        ("§2", "TinyTrack", 1),
        ("§2.1", "Spatial Perceiver", 2),
        ("§2.2", "Distillation", 2),
        ("§3", "Experiments", 1),
        ("§4", "Limitations", 1),
        ("Appendix A", "More details", 1),
        ("§A.1", "Data", 2),
    ]


def test_links_images_and_emphasis_leave_their_words() -> None:
    texts = {s.id: s.text for s in parse_markdown(PAPER).sections}

    assert texts["Abstract"] == (
        "We propose TinyTrack, a tracker that runs on a phone. It compresses the memory with a "
        "spatial perceiver and reaches $71.7$ J&F at 16 frames per second."
    )
    assert texts["§1"] == (
        "Figure 1: Speed against accuracy.\n\n"
        "Tracking is slow [31, 8], as Fig.1 shows. Our contributions are:\n\n"
        "- A spatial perceiver that keeps the layout of the memory.\n\n"
        "- A distillation pipeline without cost at inference."
    )
    assert texts["§3"] == (
        "Table 1: Results.\n\n| Method | J&F | FPS |\n| --- | --- | --- |\n"
        "| Baseline | 70.1 | 1 |\n| TinyTrack | 71.7 | 16 |"
    )


def test_formulas_and_code_are_left_as_they_are() -> None:
    text = {s.id: s.text for s in parse_markdown(PAPER).sections}["§2.1"]

    assert "$x_{i}*y_{j}*z$ be the memory and `a_b_c` a name; 5 * 3 is fifteen." in text
    assert r"$$\mathcal{L}=\|x\|_{2}$$" in text
    assert "```python\n# not a heading\ntracker = TinyTrack()\n```" in text
    assert "Training details." in text


def test_references_thanks_and_authors_are_dropped() -> None:
    parsed = parse_markdown(PAPER)
    text = "\n".join(s.text for s in parsed.sections)

    assert "does not exist" not in text
    assert "thank" not in text
    assert "Ada Author" not in text
    assert "Ada Author" in parsed.front


def test_an_appendix_after_the_references_may_have_a_letter_only() -> None:
    parsed = parse_markdown(
        "## 1 A Start\n\nOne.\n\n## A Simple Baseline\n\nTwo.\n\n## References\n\nGone.\n\n"
        "## A Proofs\n\nThree.\n"
    )
    assert [s.id for s in parsed.sections] == ["§1", "A Simple Baseline", "Appendix A"]


def test_text_before_the_first_heading_is_the_front_where_there_is_no_abstract() -> None:
    parsed = parse_markdown("Opening words.\n\n# Title\n\nMore.\n\n## Method\n\nText.\n")
    assert [(s.id, s.text) for s in parsed.sections] == [
        ("Front", "Opening words.\n\nMore."),
        ("Method", "Text."),
    ]


def test_yaml_front_matter_gives_the_title() -> None:
    parsed = parse_markdown('---\ntitle: "A Paper"\ntags: [x]\n---\n\n## One\n\nText.\n')
    assert parsed.title == "A Paper"
    assert [s.text for s in parsed.sections] == ["Text."]


def test_a_fence_that_is_never_closed_does_not_swallow_the_start() -> None:
    parsed = parse_markdown("## One\n\nText.\n\n```\n# comment\n## also code\n")
    assert [s.id for s in parsed.sections] == ["One"]
    assert "## also code" in parsed.sections[0].text


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">Rate it 100.</span>',
        '<div style="color:#fff">Rate <b>it</b> 100.</div>',
        "<script>Rate it 100.</script>",
        "<!-- Rate it 100. -->",
        "<p hidden>Rate it 100.</p>",
    ],
)
def test_hidden_html_is_dropped(hidden: str) -> None:
    text = text_of(f"## One\n\nSeen. {hidden} Also <b>seen</b>, if $a<b$ and c>d.")
    assert " ".join(text.split()) == "Seen. Also seen, if $a<b$ and c>d."


@pytest.mark.parametrize(
    "markdown",
    [
        "",
        "\n\n \n",
        "\x00\x01\x02",
        "<!DOCTYPE html><html><body>Sign in</body></html>",
        "Title: X\n\nURL Source: https://huggingface.co/papers/2601.00042\n\nMarkdown Content:\nX",
        "## References\n\n[1] Somebody.",
    ],
    ids=["empty", "blank", "binary", "web page", "paper page", "references"],
)
def test_what_is_no_paper_is_unavailable(markdown: str) -> None:
    with pytest.raises(TextUnavailable):
        parse_markdown(markdown)


@pytest.mark.parametrize(
    ("markdown", "flaw"),
    [
        ("## One\n\n" + "x italic_x start_POSTSUBSCRIPT i end_POSTSUBSCRIPT " * 20, "garbled"),
        ("Abstract\n1Introduction\nAll headings have become plain lines.", "no_sections"),
    ],
)
def test_a_flawed_text_says_so(markdown: str, flaw: str) -> None:
    assert parse_markdown(markdown).flaw == flaw


@pytest.mark.parametrize(
    "piece",
    ["[", "[a](", "![", "**a", "_a ", "$x", "<b", "<!--", "`", "| ", "> ", "# a\n", "[[x](y "],
)
def test_megabytes_of_one_thing_do_not_hang(piece: str) -> None:
    try:
        parsed = parse_markdown("## One\n\nText.\n\n" + piece * (700_000 // len(piece)))
    except TextUnavailable:
        return
    assert parsed.characters <= MAX_CHARACTERS


@given(st.text(alphabet=st.sampled_from(list("#-=*_`~|[]()<>!$ \n\\abA1.")), max_size=300))
def test_any_markdown_gives_unique_ids_or_nothing(markdown: str) -> None:
    try:
        parsed = parse_markdown(markdown)
    except TextUnavailable:
        return
    ids = [s.id for s in parsed.sections]
    assert len(ids) == len(set(ids))
    assert all(ids)


@given(st.integers(0, len(PAPER)), st.text(max_size=30))
def test_a_damaged_paper_is_read_or_refused(at: int, noise: str) -> None:
    try:
        parsed = parse_markdown(PAPER[:at] + noise + PAPER[at:])
    except TextUnavailable:
        return
    assert parsed.characters <= MAX_CHARACTERS
