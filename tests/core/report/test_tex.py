"""Titles as they read, not as they were typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.report.tex import readable, readable_markdown


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
        (r"FaSTA$^*$, $R_{dm}$ and $\ell_{2,p}$", "FaSTA*, R_dm and ℓ_(2,p)"),
        (r"Erd\H{o}s, caf\'e, na\"{\i}ve, Fran\c{c}ois", "Erdős, café, naïve, François"),
        (r"\textbf{\emph{Nested}} type \\ on two lines", "Nested type on two lines"),
        (r"Counting \& Finding", "Counting & Finding"),
        (r"We call it \textbf{Omni$^{2}$} (\href{https://a.example/b_c}{page})",
         "We call it Omni² (page)"),
        (r"$\textit{near} $, $ \textit{far} $", "near, far"),
        # Money, paths and what nobody can read stay as they were.
        ("Surpassing it with $500 Training Cost", "Surpassing it with $500 Training Cost"),
        ("from $5 to $6, or $5-$6", "from $5 to $6, or $5-$6"),
        ("costs $5 and $R$-Probe", "costs $5 and R-Probe"),
        (r"$\nosuchsign$ in a_b^c {x}", r"nosuchsign in a_b^c {x}"),
        ("Plain: 100% & more_or_less", "Plain: 100% & more_or_less"),
    ],
)  # fmt: skip
def test_a_title_reads_as_it_prints(tex: str, shown: str) -> None:
    assert readable(tex) == shown
    assert readable(shown) == shown or "$" in shown


FORMULAS = r"""
\boldsymbol{\theta}_{t+1}=\boldsymbol{\theta}_t-\nabla_{\theta}\mathcal{L} | θ_(t+1) = θ_t-∇_θ ℒ
\mathbb{E}_{x\sim p_{data}}\left[\|\hat{x}-x\|_2^2\right] | 𝔼_(x∼p_data)[‖x̂-x‖₂²]
\operatorname{softmax}\left(\frac{QK^{\top}}{\sqrt{d_k}}\right)V | softmax(QKᵀ/√dₖ)V
\frac{a+b}{c} \cdot \tfrac{1}{2} \cdot \sqrt[3]{x+1} | (a+b)/c ⋅ ½ ⋅ ∛(x+1)
{\color[rgb]{1,0,0}x}\kern-1.0pt+\scriptscriptstyle\textcolor{red}{y} | x+y
\sum_{i=1}^{N}\tilde{x}_{i}\in\mathbb{R}^{H\times W} | ∑ᵢ₌₁^N x̃ᵢ ∈ ℝ^(H×W)
\left\{x_{i}\right\}_{i=1}^{N} | {xᵢ}ᵢ₌₁ᴺ
\arg\min_{\theta}\log p_\theta(x_0|x_{1:T}) | arg min_θ log p_θ(x₀|x_(1:T))
f=\begin{cases}a&b\\c&d\end{cases} | f = a, b; c, d
\ourmacro_{i}+\vect{x}y | ourmacroᵢ+vect(x)y
x_{\text{data}}y\xrightarrow{f}\overline{AB} | x_data y →(f) ĀB̄
\underset{x}{\max}\;\stackrel{def}{=}\not\in | max_x =^def ∉
\frac{x}{ab}c+\frac{1}{2\sigma_t}\sqrt{2\pi} | x/(ab) c+1/(2σₜ) √(2π)
\mathcal{L}_{\mathrm{adv}}=\lambda\mathcal{L}'_{1} | ℒ_adv = λℒ′₁
""".strip().splitlines()


@pytest.mark.parametrize("line", FORMULAS)
def test_a_formula_reads_as_a_person_would_write_it(line: str) -> None:
    tex, wanted = line.split(" | ")
    assert readable(f"so ${tex}$.") == f"so {wanted}."
    assert readable(rf"so \({tex}\).") == f"so {wanted}."


@pytest.mark.parametrize("tex", [r"\{", "{a", r"\frac{a}{", r"x_", r"\end{x}", r"\begin{a}b"])
def test_what_cannot_be_shown_whole_is_code(tex: str) -> None:
    assert readable(f"so ${tex}$.") == f"so `{tex}`."


CODE = re.compile(r"(?<!`)`[^`\n]+`(?!`)")


ATOMS = [
    *"$\\{}^_a1 ([]'%&`",
    *[r"x^2", r"\frac", r"\left", r"\alpha", r"\hat", r"\mathcal", r"\text", r"\sqrt["],
]
ATOMS += ["\\begin{cases}", "\\end{cases}"]


@given(st.lists(st.sampled_from(ATOMS), max_size=60))
def test_no_backslash_and_no_lone_brace_is_left_outside_code(atoms: list[str]) -> None:
    text = "".join(atoms)
    left = CODE.sub("", readable(text))
    assert "\\" not in left or "`" in text
    formula = CODE.sub("", readable(f"$x{text.translate(NO_SIGNS)}y$"))
    assert "\\" not in formula
    assert formula.count("{") == formula.count("}")
    assert isinstance(readable_markdown(text), str)


NO_SIGNS = str.maketrans("", "", "$`")


@given(st.text(max_size=200))
def test_a_text_without_tex_stays(text: str) -> None:
    if "$" not in text and "\\" not in text:
        assert readable(text) == text


def test_nests_without_end_are_code() -> None:
    for piece in ("{", "_{", "\\frac", "\\sqrt{", "\\hat"):
        assert readable(f"${piece * 100}$") == f"`{piece * 100}`"
