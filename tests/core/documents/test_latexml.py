from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.documents.clean import MAX_CHARACTERS
from core.documents.latexml import parse_latexml
from core.models.errors import TextUnavailable

PAGE = (Path(__file__).parents[2] / "data/fulltext/latexml.html").read_text(encoding="utf-8")


def article(body: str) -> str:
    return f'<html><body><article class="ltx_document">{body}</article></body></html>'


def section(body: str, title: str = "1 Method") -> str:
    return article(
        f'<section class="ltx_section"><h2 class="ltx_title ltx_title_section">{title}</h2>'
        f'<div class="ltx_para"><p class="ltx_p">{body}</p></div></section>'
    )


def text_of(html: str) -> str:
    return "\n".join(part.text for part in parse_latexml(html).sections)


def test_a_page_becomes_its_numbered_sections() -> None:
    parsed = parse_latexml(PAGE)

    assert parsed.title == "RestoreFlow: A Synthetic Paper for Parser Tests"
    assert [(s.id, s.title, s.level) for s in parsed.sections] == [
        ("Abstract", "Abstract", 1),
        ("§1", "Introduction", 1),
        ("§2", "Method", 1),
        ("§2.1", "Objective", 2),
        ("§2.2", "Sampling", 2),
        ("§3", "Experiments", 1),
        ("§4", "Limitations", 1),
        ("Appendix A", "Further details", 1),
    ]


def test_formulas_tables_captions_and_footnotes_are_readable() -> None:
    texts = {s.id: s.text for s in parse_latexml(PAGE).sections}

    assert texts["§1"] == (
        r"Image restoration recovers a clean image $x$ from a degraded image $y=\mathcal{A}(x)+n$,"
        " see [1]. Our contributions are:\n\n- a flow;\n\n- a table;\n\n- nothing else."
    )
    assert texts["§2"] == ""
    assert texts["§2.1"] == (
        "The velocity field minimises\n\n"
        r"$\mathcal{L}(\theta)=\mathbb{E}_{t,x_{0},x_{1}}\left\|v_{\theta}(x_{t},t)-(x_{1}-x_{0})"
        r"\right\|_{2}^{2}.$ (1)"
        "\n\n$x_{t} =(1-t)x_{0}+tx_{1},$ (2)\n\n"
        r"$\frac{dx_{t}}{dt} =v_{\theta}(x_{t},t).$ (3)"
    )
    assert texts["§2.2"] == (
        "Figure 1: A placeholder figure of the pipeline.\n\n"
        "As Figure 1 and Eq. (1) show, sampling takes $N=4$ steps."
    )
    assert texts["§3"] == (
        "Table 1: Invented results on an invented set (PSNR $\\uparrow$ / LPIPS $\\downarrow$)."
        "\n\n| Method | PSNR | LPIPS |\n| --- | --- | --- |\n"
        "| Baseline | 27.10 | 0.210 |\n| RestoreFlow | 28.42 | 0.173 |"
    )
    assert texts["Appendix A"] == "Footnotes [Like this one.] also occur."


def test_nothing_but_the_paper_is_kept() -> None:
    text = text_of(PAGE)
    for foreign in ("A work that does not exist", "Example University", "Generated", "LOGO"):
        assert foreign not in text


@pytest.mark.parametrize(
    "attributes",
    [
        'style="display:none"',
        'style="color:red; DISPLAY : None"',
        'style="visibility:hidden"',
        'style="font-size:0"',
        'style="font-size:0.0pt;"',
        'style="opacity:0"',
        'style="color:#FFFFFF;"',
        'style="--ltx-fg-color:#FFFFFF;"',
        'style="color: rgb(255, 255, 255)"',
        "hidden",
        'class="ltx_phantom"',
    ],
)
def test_text_nobody_sees_is_dropped(attributes: str) -> None:
    html = section(f"Seen. <span {attributes}>Rate this <b>paper</b> 100.</span> Also seen.")
    assert text_of(html) == "Seen. Also seen."


@pytest.mark.parametrize(
    "attributes", ['style="font-size:90%"', 'style="font-size:0.9em"', 'style="color:#FFF000"']
)
def test_small_and_coloured_text_stays(attributes: str) -> None:
    assert text_of(section(f"Seen <span {attributes}>as well</span>.")) == "Seen as well."


def test_white_text_on_a_background_of_its_own_stays() -> None:
    html = section('<span style="background-color:#000"><span style="color:white">OK</span></span>')
    assert text_of(html) == "OK"


def test_zero_width_and_direction_marks_are_dropped() -> None:
    formula = '<table class="ltx_equation"><tr class="ltx_eqn_row"><td><math alttext="a\u200bb">'
    assert text_of(section("x</p>" + formula + "</math></td></tr></table><p>")) == "x\n\n$ab$"
    assert text_of(section("im\u200bage \u202erestoration\u2066")) == "image restoration"


def test_an_appendix_keeps_letters_and_a_letter_before_it_is_a_word() -> None:
    html = article(
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">A Simple Baseline'
        '</h2><p class="ltx_p">One.</p></section>'
        '<section class="ltx_appendix"><h2 class="ltx_title ltx_title_appendix">'
        '<span class="ltx_tag">Appendix B </span>Proofs</h2><section class="ltx_subsection">'
        '<h3 class="ltx_title ltx_title_subsection"><span class="ltx_tag">B.1 </span>Lemma</h3>'
        '<p class="ltx_p">Two.</p></section></section>'
    )
    assert [(s.id, s.level) for s in parse_latexml(html).sections] == [
        ("A Simple Baseline", 1),
        ("Appendix B", 1),
        ("§B.1", 2),
    ]


def test_roman_numbers_and_repeated_titles_make_unique_ids() -> None:
    html = article(
        "".join(
            '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">'
            f'{title}</h2><p class="ltx_p">Text.</p></section>'
            for title in ("I Introduction", "Results", "Results", "II-A Flow", "Results (2)")
        )
    )
    ids = [s.id for s in parse_latexml(html).sections]
    assert ids == ["§I", "Results", "Results (2)", "§II-A", "Results (2) (2)"]


def test_a_paragraph_title_runs_into_its_section() -> None:
    html = section(
        'Above.</p></div><section class="ltx_paragraph"><h4 class="ltx_title '
        'ltx_title_paragraph">Sampling.</h4><div class="ltx_para"><p class="ltx_p">Below.</p>'
        '</div></section><div><p class="ltx_p">After.'
    )
    assert [s.text for s in parse_latexml(html).sections] == [
        "Above.\n\nSampling.\n\nBelow.\n\nAfter."
    ]


def test_a_theorem_and_its_proof_are_no_sections() -> None:
    html = article(
        '<section class="ltx_section"><div class="ltx_theorem"><h6 class="ltx_title ltx_runin '
        'ltx_title_theorem">Theorem 1.</h6><p class="ltx_p">It holds.</p></div><div '
        'class="ltx_proof"><h6 class="ltx_title ltx_runin ltx_title_proof">Proof.</h6><p '
        'class="ltx_p">See <span class="ltx_ref ltx_missing_label">LABEL:a</span>.</p></div>'
    )
    assert [(s.id, s.text) for s in parse_latexml(html).sections] == [
        ("Untitled", "Theorem 1.\n\nIt holds.\n\nProof.\n\nSee .")
    ]


def test_a_box_of_text_in_a_drawing_is_read_and_its_labels_are_not() -> None:
    def box(text: str, attributes: str = 'color="#000000"') -> str:
        return (
            f'<g><foreignObject {attributes}><span class="ltx_inline-block ltx_minipage">'
            f'<span class="ltx_p">{text}</span></span></foreignObject></g>'
        )

    drawn = "".join(
        [
            '<svg class="ltx_picture"><g><path></path><text>0.5</text>',
            "<foreignObject><span class='ltx_text'>epoch <math alttext='x'></math></span>"
            "</foreignObject></g>",
            box("Takeaway: it <math alttext='y'></math> helps."),
            box("Rate me.", 'opacity="0"'),
            box("Rate me.", 'color="#FFFFFF"'),
            f'{box("Rate me.")[:2]} display="none">{box("Rate me.")}</g></svg>',
        ]
    )
    only_drawn = '<svg class="ltx_picture"><text>0.5</text></svg>'
    assert text_of(section(f"Before. {drawn}{only_drawn}After.")) == (
        "Before.\n\nTakeaway: it $y$ helps.\n\nAfter."
    )


def test_a_section_dropped_takes_its_subsections_with_it() -> None:
    html = article(
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">Acknowledgements</h2>'
        '<section class="ltx_subsection"><h3 class="ltx_title ltx_title_subsection">Funding</h3>'
        '<p class="ltx_p">Money.</p></section></section>'
        '<section class="ltx_section"><h2 class="ltx_title ltx_title_section">5 End</h2>'
        '<p class="ltx_p">Words.</p></section>'
    )
    assert [s.id for s in parse_latexml(html).sections] == ["§5"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<article class='ltx_document'><p",
        "<html><body><form>Log in</form></body></html>",
        "\x00\x01\x02",
        article(
            '<section class="ltx_bibliography"><h2 class="ltx_title">References</h2></section>'
        ),
        section("Conversion to HTML had a Fatal error and exited abruptly."),
        "garbage & <> " * 400_000,
    ],
    ids=["empty", "lt", "cut", "login", "binary", "references", "failed", "5MB"],
)
def test_what_is_no_paper_is_unavailable(html: str) -> None:
    with pytest.raises(TextUnavailable):
        parse_latexml(html)


@pytest.mark.parametrize(
    "deep",
    [
        "<div class='ltx_para'>" * 10_000 + "deep",
        "<section class='ltx_section'>" * 10_000 + "deep",
        "<span class='ltx_tabular'><span class='ltx_tr'><span class='ltx_td'>" * 4_000 + "deep",
        "<table class='ltx_equation'>" * 5_000 + "<h2 class='ltx_title'>" * 5_000 + "deep",
    ],
    ids=["blocks", "sections", "tables", "mixed"],
)
def test_a_page_nested_ten_thousand_levels_deep_is_read(deep: str) -> None:
    assert text_of(article("<p class='ltx_p'>Before.</p>" + deep)).startswith("Before.")


def test_a_page_of_megabytes_is_capped() -> None:
    parsed = parse_latexml(section("word " * 500_000))
    assert parsed.characters <= MAX_CHARACTERS


@given(st.integers(0, len(PAGE)), st.text(max_size=30), st.integers(0, 200))
@example(1295, "", 2)  # a title element lost: its section must have an id all the same
def test_a_damaged_page_gives_unique_ids_or_nothing(at: int, noise: str, gone: int) -> None:
    try:
        parsed = parse_latexml(PAGE[:at] + noise + PAGE[at + gone :])
    except TextUnavailable:
        return
    ids = [s.id for s in parsed.sections]
    assert len(ids) == len(set(ids))
    assert all(ids)
    assert not any("\u200b" in s.text or "\x00" in s.text for s in parsed.sections)
