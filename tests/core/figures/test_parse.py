"""Figures of LaTeXML pages, and the choice among them by a table of captions written by hand."""

import pytest

from core.figures.main import is_borrowed, main_figure
from core.figures.parse import Figure, Picture, figures_of

PAGE = "https://arxiv.org/html/2602.20981v1"
PNG = '<img src="x1.png" class="ltx_graphics" width="598" height="300" alt="Refer to caption">'


def page(*bodies: str, base: str = "") -> str:
    head = f'<base href="{base}">' if base else ""
    return f'<html><head>{head}</head><body><article class="ltx_document">{"".join(bodies)}'


def section(title: str, *bodies: str, kind: str = "ltx_section") -> str:
    return (
        f'<section class="{kind}"><h2 class="ltx_title ltx_title_section">'
        f'<span class="ltx_tag">3 </span>{title}</h2>{"".join(bodies)}</section>'
    )


def figure(inner: str = PNG, caption: str = "Overview.", number: str = "1", more: str = "") -> str:
    return (
        f'<figure id="S1.F{number}" class="ltx_figure" {more}>{inner}<figcaption class='
        f'"ltx_caption"><span class="ltx_tag ltx_tag_figure">Figure {number}: </span>{caption}'
        "</figcaption></figure>"
    )


def panel(source: str, size: str = 'width="200" height="200"', caption: str = "(a) Input") -> str:
    return (
        f'<figure class="ltx_figure ltx_figure_panel"><img src="{source}" {size}>'
        f'<figcaption class="ltx_caption"><span class="ltx_tag">(a) </span>{caption}</figcaption>'
        "</figure>"
    )


def test_a_figure_has_its_number_caption_place_and_picture() -> None:
    math = '<math alttext="\\mathcal{L}"><mi>L</mi><annotation>garbage</annotation></math>'
    [found] = figures_of(
        page(section("Method", figure(caption=f"The loss {math} <b>here</b>."))), PAGE
    )
    assert found == Figure(
        number="1",
        caption="The loss $\\mathcal{L}$ here.",
        pictures=(Picture(f"{PAGE}/x1.png", 598, 300),),
        anchor="S1.F1",
        section="Method",
        position=0,
    )


@pytest.mark.parametrize(
    ("source", "base"),
    [
        ("x1.png", ""),
        ("x1.png", "/html/2602.20981v1/"),
        ("2602.20981v1/x1.png", ""),
        ("2602.20981v1/x1.png", "/html/2602.20981v1/"),
        ("/html/2602.20981v1/x1.png", ""),
        (f"{PAGE}/x1.png", ""),
    ],
)
def test_every_way_to_write_a_picture_s_address_leads_to_it(source: str, base: str) -> None:
    [found] = figures_of(page(figure(f'<img src="{source}">'), base=base), PAGE)
    assert found.pictures[0].url == f"{PAGE}/x1.png"


@pytest.mark.parametrize(
    "inner",
    [
        '<img src="https://example.org/html/2602.20981v1/x1.png">',
        '<img src="//169.254.169.254/html/x1.png">',
        '<img src="http://arxiv.org/html/2602.20981v1/x1.png">',
        '<img src="../../user/login.png">',
        '<img src="file:///etc/passwd.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<img src="x1.svg">',
        '<img src="http://[/x1.png">',
        "<img>",
        '<img src="x1.png" width="40" height="300">',
        '<img src="x1.png" style="display:none">',
        '<svg class="ltx_picture"><g></g></svg>',
        '<object data="x1.svg"></object>',
    ],
)
def test_what_cannot_be_fetched_or_is_not_seen_is_no_picture(inner: str) -> None:
    assert figures_of(page(figure(inner)), PAGE) == ()


def test_a_base_of_another_site_leads_nowhere() -> None:
    assert figures_of(page(figure(), base="https://example.org/html/"), PAGE) == ()


@pytest.mark.parametrize("more", ["hidden", 'style="display: none"', 'style="opacity:0"'])
def test_a_hidden_figure_is_none(more: str) -> None:
    assert figures_of(page(figure(more=more)), PAGE) == ()
    assert figures_of(page(f"<div {more}>{figure()}</div>"), PAGE) == ()


@pytest.mark.parametrize("kind", ["ltx_table", "ltx_float ltx_algorithm", "ltx_float"])
def test_tables_and_algorithms_are_no_figures(kind: str) -> None:
    assert figures_of(page(f'<figure class="{kind}">{PNG}</figure>'), PAGE) == ()
    assert figures_of(page(f'<figure class="{kind}">{figure()}</figure>'), PAGE) == ()


def test_sub_figures_are_one_figure_with_the_caption_of_the_whole() -> None:
    [found] = figures_of(
        page(figure(panel("a.png") + panel("b.png"), caption="Both of them.")), PAGE
    )
    assert (found.number, found.caption) == ("1", "Both of them.")
    assert [picture.url for picture in found.pictures] == [f"{PAGE}/a.png", f"{PAGE}/b.png"]
    assert found.picture is None


def test_a_large_picture_beside_a_small_one_is_the_figure() -> None:
    inner = panel("a.png", 'width="600" height="400"') + panel("b.png", 'width="90" height="90"')
    [found] = figures_of(page(figure(inner)), PAGE)
    assert found.picture is not None
    assert found.picture.url == f"{PAGE}/a.png"


def test_a_picture_beside_a_drawing_is_not_the_whole_figure() -> None:
    [found] = figures_of(page(figure(PNG + '<svg class="ltx_picture"></svg>')), PAGE)
    assert found.picture is None


def test_figures_of_the_appendix_are_known_as_such() -> None:
    [found] = figures_of(page(section("Details", figure(), kind="ltx_appendix")), PAGE)
    assert found.is_appendix


def test_a_page_without_figures_or_without_sense_has_none() -> None:
    assert figures_of("", PAGE) == ()
    assert figures_of("<p>Sign in to continue", PAGE) == ()
    assert figures_of("<div>" * 20_000 + figure(), PAGE) == ()


def made(caption: str, position: int = 0, where: str = "Introduction", pictures: int = 1) -> Figure:
    several = tuple(Picture(f"{PAGE}/x{n}.png", 200, 200) for n in range(pictures))
    return Figure(str(position + 1), caption, several, None, where, position)


NEITHER = "Nothing is said of it."
CHOICES: list[tuple[list[tuple[str, str]], int | None]] = [
    # (caption, section) of each figure in order, and which of them it is
    ([("Overview of our framework.", "Method")], 0),
    (
        [
            ("Comparison of accuracy and speed on ImageNet.", "Introduction"),
            ("The pipeline of GaussTrack.", "Method"),
        ],
        1,
    ),
    (
        [
            ("Teaser. We present a system for view synthesis.", ""),
            ("Overview of the architecture.", "Proposed Method"),
        ],
        1,
    ),
    (
        [
            ("Our method turns a video into a scene.", "Introduction"),
            ("Qualitative results on DTU.", "Experiments"),
        ],
        0,
    ),
    (
        [
            ("Qualitative comparison with previous methods.", "Introduction"),
            ("t-SNE of the features.", "Experiments"),
        ],
        None,
    ),
    ([("Training loss over iterations.", "Experiments")], None),
    ([("Accuracy versus model size.", "Introduction")], None),
    (
        [
            ("Motivation: two cameras see one object.", "Introduction"),
            ("Illustration of the proposed attention block.", "Methodology"),
            ("Ablation of the loss.", "Experiments"),
        ],
        1,
    ),
    (
        [
            ("Examples from the dataset.", "Introduction"),
            ("Workflow of data collection and labelling.", "Dataset"),
        ],
        1,
    ),
    ([("FooNet consists of an encoder and two heads.", "FooNet")], 0),
    (
        [
            ("Failure cases.", "Limitations"),
            ("Network architecture in detail.", "Appendix A"),
        ],
        None,
    ),
    (
        [
            ("ROC curves of all methods.", "Results"),
            ("Heatmap of attention.", "Results"),
            ("Framework of SLAM-X: tracking, mapping and loop closure.", "System Overview"),
        ],
        2,
    ),
    ([("Given an image, the model predicts depth.", "Introduction")], 0),
    ([("Statistics of the benchmark.", "Benchmark")], None),
    (
        [
            ("Visualization of generated images.", ""),
            ("Schematic of diffusion with guidance.", "Approach"),
        ],
        1,
    ),
    (
        [
            ("Overview of existing paradigms. Figure adapted from [12].", "Introduction"),
            ("The architecture of our model.", "Method"),
        ],
        1,
    ),
    ([("Overview of the pipeline. Image courtesy of NASA.", "Introduction")], None),
    ([("The overall structure. Reproduced with permission.", "Method")], None),
    ([(NEITHER, "Introduction")], 0),
    ([(NEITHER, "Experiments")], None),
    ([("", "")], 0),
    (
        [
            (NEITHER, "Introduction"),
            (NEITHER, "Method"),
        ],
        1,
    ),
    (
        [
            ("User study: win rates.", "Experiments"),
            ("Samples from our model.", "Experiments"),
            ("Screenshot of the interface.", "Experiments"),
        ],
        None,
    ),
    (
        [
            ("Performance of agents on three benchmarks.", "Introduction"),
            ("Comparison between (a) previous pipelines and (b) ours.", "Introduction"),
            ("Overview of AgentX.", "Method"),
        ],
        2,
    ),
]


@pytest.mark.parametrize(("given", "wanted"), CHOICES, ids=[str(n) for n in range(len(CHOICES))])
def test_the_main_figure_shows_what_the_paper_does(
    given: list[tuple[str, str]], wanted: int | None
) -> None:
    figures = tuple(made(caption, at, where) for at, (caption, where) in enumerate(given))
    assert main_figure(figures) == (None if wanted is None else figures[wanted])


def test_one_picture_is_rather_taken_than_several_alike() -> None:
    figures = (made("Our idea.", 0, pictures=4), made("Our framework.", 1))
    assert main_figure(figures) == figures[1]


def test_there_is_no_main_figure_without_figures() -> None:
    assert main_figure(()) is None


@pytest.mark.parametrize(
    ("caption", "wanted"),
    [
        ("Image credit: ESA.", True),
        ("Figure taken from Smith et al.", True),
        ("© 2024 IEEE.", True),
        ("Overview of attention (from [7]).", True),
        ("The camera model by Zhang et al. and ours.", True),  # rather one too many: it is linked
        ("Features are taken from layer 3.", False),
        ("The source domain is shown left.", False),
        ("Images from both cameras enter the encoder.", False),
        ("Overview of our open-source system.", False),
    ],
)
def test_a_caption_tells_whose_a_figure_is(caption: str, wanted: bool) -> None:
    assert is_borrowed(made(caption)) is wanted
