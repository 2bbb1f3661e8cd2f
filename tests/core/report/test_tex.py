"""Titles as they read, not as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.report.tex import readable


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("D$^3$R-DETR: DETR with Density Refinement", "D³R-DETR: DETR with Density Refinement"),
        (r"$\texttt{FlowIR}$: \emph{Latent} Flow Matching", "FlowIR: Latent Flow Matching"),
        (r"Semantic Edit in 360$^\circ$ Panoramas", "Semantic Edit in 360° Panoramas"),
        (r"3$\times$ Faster Schr\"{o}dinger Bridges with 50\% fewer tokens",
         "3× Faster Schrödinger Bridges with 50% fewer tokens"),
        (r"Super-Resolution ($\times$4)", "Super-Resolution (×4)"),
        (r"M\textsuperscript{4}Fuse and Geo$^\textbf{2}$", "M⁴Fuse and Geo²"),
        (r"$\mathcal{V}isi\mathcal{P}runer$, $\bf{D^3}$QE", "VisiPruner, D³QE"),
        (r"FaSTA$^*$, $R_{dm}$ and $\ell_{2,p}$", "FaSTA*, R_dm and ℓ_2,p"),
        (r"Erd\H{o}s, caf\'e, na\"{\i}ve, Fran\c{c}ois", "Erdős, café, naïve, François"),
        (r"\textbf{\emph{Nested}} type \\ on two lines", "Nested type on two lines"),
        (r"Counting \& Finding", "Counting & Finding"),
        (r"$\textit{near} $, $ \textit{far} $", "near, far"),
        # Money, paths and what nobody can read stay as they were.
        ("Surpassing it with $500 Training Cost", "Surpassing it with $500 Training Cost"),
        ("from $5 to $6, or $5-$6", "from $5 to $6, or $5-$6"),
        ("costs $5 and $R$-Probe", "costs $5 and R-Probe"),
        (r"$\nosuchsign$ in a_b^c {x}", r"$\nosuchsign$ in a_b^c {x}"),
        ("Plain: 100% & more_or_less", "Plain: 100% & more_or_less"),
    ],
)  # fmt: skip
def test_a_title_reads_as_it_prints(tex: str, shown: str) -> None:
    assert readable(tex) == shown
    assert readable(shown) == shown or "$" in shown


@given(st.text(alphabet="$\\{}^_ab1 ()[]\"'%frac", max_size=200))
def test_anything_is_taken(text: str) -> None:
    assert isinstance(readable(text), str)


@given(st.text(max_size=200))
def test_a_text_without_tex_stays(text: str) -> None:
    if "$" not in text and "\\" not in text:
        assert readable(text) == text


def test_nests_without_end_are_left_alone() -> None:
    for piece in ("{", "_{", "\\frac", "\\sqrt["):
        nest = f"${piece * 250}$"
        assert readable(nest) == nest or "\\" not in readable(nest)
