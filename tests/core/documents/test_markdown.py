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


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$a*b*c$ and $x_1 y_2$ are _kept_.", r"$a*b*c$ and $x_1 y_2$ are kept."),
        (r"It costs $5 and *not* $10 a day.", "It costs $5 and not $10 a day."),
        (r"From $5-$10, or US$7_ish_, to $9.", "From $5-$10, or US$7_ish_, to $9."),
        (r"For $5 we get $\alpha*\beta*$ and $6.", r"For $5 we get $\alpha*\beta*$ and $6."),
        (
            r"$ \{x\}_i $ has spaces, \_this\_ has none.",
            r"$ \{x\}_i $ has spaces, _this_ has none.",
        ),
        (
            r"Bare \mathcal{G}_{a}\!\left(\{x_{i}*y_{j}*z\}\right) TeX, *bold*.",
            r"Bare \mathcal{G}_{a}\!\left(\{x_{i}*y_{j}*z\}\right) TeX, bold.",
        ),
        (r"**Fig. 1: $x_*$ and $y_*$.** It is.", r"Fig. 1: $x_*$ and $y_*$. It is."),
        (
            r"Models [\[25,](#page-15-0)[\[53\]](#page-16-0) and [\(9\)](#p).",
            "Models [25,[53] and (9).",
        ),
        ("$$\na - b\n\n- c * d * e\n$$", "$$ a - b - c * d * e $$"),
        (r"It takes 10<sup>-4</sup> of x<sup>2</sup>.", "It takes 10^-4 of x2."),
        ("A note[^1] here.\n\n[^1]: Said below.", "A note here.\n\nSaid below."),
        ("Seen.\n\n![](_page_2_Figure_2.jpeg)\n\nMore.", "Seen.\n\nMore."),
    ],
)
def test_cleaning_stops_at_formulas(written: str, read: str) -> None:
    assert text_of(f"## One\n\n{written}") == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("the candidate S′S^{\\prime} wins", r"the candidate $S^{\prime}$ wins"),
        (
            "denoted 𝒢 str\\mathcal{G}_{\\mathrm{str}}, on ϕ(𝒟 t)\\phi(\\mathcal{D}_{t}).",
            r"denoted $\mathcal{G}_{\mathrm{str}}$, on $\phi(\mathcal{D}_{t})$.",
        ),
        ("iterations ∼\\sim 48 (“↑\\uparrow”)", r"iterations $\sim$ 48 (“$\uparrow$”)"),
        ("∑ i x i\\sum_{i}x_{i} and λ=0.1\\lambda=0.1", r"$\sum_{i}x_{i}$ and $\lambda=0.1$"),
        ("(d=3 d=3) in ℝ 3\\mathbb{R}^{3}", r"($d=3$) in $\mathbb{R}^{3}$"),
        ("time O(n 2)O(n^{2}) of layer 1 x_{1} alone", "time $O(n^{2})$ of layer 1 x_{1} alone"),
    ],
)
def test_a_formula_that_came_twice_is_said_once(written: str, read: str) -> None:
    assert text_of(f"## One\n\nWe have π\\pi: {written}").endswith(f"$\\pi$: {read}")


def test_headings_of_a_converter_lose_their_anchors_and_keep_their_numbers() -> None:
    parsed = parse_markdown(
        "## A Paper: On Trackers\n\nAda Author\n\nAbstract. We track things.\n\n"
        '# <span id="page-1-0"></span>**1 Introduction**\n\nOne.\n\n'
        "#### **3.2. <a id='x'></a>A _Part_**\n\nTwo.\n\n## 4 Results {#sec:results}\n\nThree.\n\n"
        "# *A Proofs for w<sup>t</sup>*\n\nFour."
    )
    assert parsed.title == "A Paper: On Trackers"
    assert parsed.front == "Ada Author"
    assert [(s.id, s.title, s.level) for s in parsed.sections][:4] == [
        ("Abstract", "Abstract", 1),
        ("§1", "Introduction", 1),
        ("§3.2", "A Part", 2),
        ("§4", "Results", 1),
    ]


def test_rows_of_pipes_are_put_right() -> None:
    table = text_of(
        "## One\n\nTable 1: Results.\n\n"
        "| All on $512 \\times 512$ | | | |\n|---|---|---|---|\n"
        "| Model | FID↓ | IS | |\n"
        "| BigGAN [10]<br>StyleGAN | $6.95 \\\\ 2.30$ | 171.4<br><b>265.12</b> | |\n"
        "| GVP | $\\frac{38.7}{37.1}$ | 1.5<br>2.5 | |\n"
        "| a<br>long name | 3 | $p(x|y)$ | |\n"
    )
    assert table == (
        "Table 1: Results.\n\n| Model | FID↓ | IS |\n| --- | --- | --- |\n"
        "| All on $512 \\times 512$ |  |  |\n| BigGAN [10] | 6.95 | 171.4 |\n"
        "| StyleGAN | 2.30 | 265.12 |\n| GVP | 38.7 | 1.5 |\n| GVP | 37.1 | 2.5 |\n"
        "| a long name | 3 | $p(x\\|y)$ |"
    )


@pytest.mark.parametrize(
    "rows",
    [
        "| Model | PSNR |\n| EDSR | 31.2 |\n| SwinIR | **32.0** |",
        "Model | PSNR\n--- | ---:\nEDSR | 31.2\nSwinIR | 32.0",
        "<table>\n<thead><tr><th>Model</th><th>PSNR</th></tr></thead>\n\n<tbody><tr><td>EDSR</td>"
        "<td>31.2</td></tr>\n<tr><td>SwinIR</td><td><b>32.0</b></td></tr></tbody></table>",
    ],
    ids=["without a rule", "without outer pipes", "HTML"],
)
def test_every_kind_of_table_becomes_rows_below_heads(rows: str) -> None:
    assert text_of(f"## One\n\n{rows}\n") == (
        "| Model | PSNR |\n| --- | --- |\n| EDSR | 31.2 |\n| SwinIR | 32.0 |"
    )


def test_heads_in_two_rows_are_one() -> None:
    table = text_of(
        "## One\n\n| Model | Heun | | Euler | |\n|---|---|---|---|---|\n"
        "| | t0 | tN | t0 | tN |\n| VP | 1 | 2 | 3 | 4 |\n"
    )
    assert table.startswith("| Model | Heun t0 | Heun tN | Euler t0 | Euler tN |\n| ---")
