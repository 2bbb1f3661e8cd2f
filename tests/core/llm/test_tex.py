r"""What a model writes with one backslash comes back whole, and correct JSON as it was."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.tex import UNREADABLE, escaped, restored, restored_text


def read(raw: str) -> Any:
    return restored(json.loads(escaped(raw), strict=False))


def singly(text: str) -> str:
    """Return a string as JSON by somebody who forgets that a backslash has to be doubled."""
    return '{"text": "' + text.replace('"', '\\"').replace("\n", "\\n") + '"}'


COMMANDS = """
\\alpha \\beta \\gamma \\theta \\tau \\nu \\rho \\eta \\xi \\upsilon \\phi \\nabla \\partial \\infty
\\frac{a}{b} \\tfrac{1}{2} \\binom{n}{k} \\tbinom{n}{k} \\sqrt{x} \\bar{x} \\tilde{x} \\hat{x}
\\text{data} \\textbf{x} \\textit{x} \\texttt{x} \\mathrm{x} \\mathbb{E} \\boldsymbol{x} \\bm{x}
\\times \\to \\rightarrow \\Rightarrow \\nearrow \\uparrow \\top \\bot \\neq \\ne \\ni \\notin \\not
\\nexists \\neg \\leq \\nleq \\forall \\tan \\tanh \\triangle \\rangle \\rfloor \\rceil \\rVert
\\right) \\bigl( \\Big| \\underline{x} \\underbrace{x} \\uplus \\unlhd \\tr(A) \\rank(A) \\rm \\bf
\\norm{x} \\nicefrac{1}{2} \\begin{cases} \\tag{1} \\big \\forall \\flat \\frown \\fbox{x} \\rtimes
\\nmid \\nless \\nparallel \\nsubseteq \\nRightarrow \\nolimits \\nonumber \\ref{a} \\root \\real
"""
FORMULA = st.lists(
    st.sampled_from(COMMANDS.split())
    | st.sampled_from(["x", "L_t", "^2", "+", "=", "1.5", "(a, b)", "\\,", "\\{1\\}", "\\%"]),
    min_size=1,
    max_size=8,
).map(" ".join)
PROSE = st.text(string.ascii_letters + "，。模型在 0123456789.-", max_size=30)


@given(PROSE, FORMULA, PROSE)
def test_a_formula_written_with_one_backslash_comes_out_intact(
    before: str, formula: str, after: str
) -> None:
    text = f"{before}${formula}${after}"
    assert read(singly(text)) == {"text": text}


@given(FORMULA)
def test_so_does_one_in_a_field_of_its_own(formula: str) -> None:
    assert read('{"tex": "' + formula + '"}') == {"tex": formula}


@given(st.lists(FORMULA, min_size=2, max_size=4))
def test_lines_between_formulas_stay_lines(formulas: list[str]) -> None:
    text = "\n- ".join(f"设 ${formula}$ 为" for formula in formulas)
    assert read(singly(text)) == {"text": text}


VALUE = st.recursive(
    st.text(
        string.printable.replace("\x0b", "").replace("\x0c", "") + "中文，。$", max_size=30
    ).filter(
        lambda text: (
            not any(f"{sign}{letter}" in text for sign in "\t\n\r" for letter in "aehimnoru")
        )
    )
    | FORMULA.map(lambda formula: f"${formula}$")
    | st.integers()
    | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUE, st.booleans())
def test_correct_json_is_left_alone(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only)
    assert escaped(raw) == raw
    assert read(raw) == value


@pytest.mark.parametrize(
    "text",
    [
        "第一点。\n- 第二点\n- 第三点",
        "It works.\nexists in both.\nunder test.\nor not.\nand more.\nit is so.",
        "First:\ni) one\nii) two\ne.g. three\neq. 4\nu-net",
        "row\tan example\tother\timage\trace\ttop",
        "less\nless\nmid\nparallel",
        "It costs $5\nand $6.",
        "a\r\nnew line",
        "\\frac{a}{b} \\\\ \\nabla",
        "C:\\new\\table",
    ],
)
def test_breaks_that_are_meant_stay(text: str) -> None:
    assert restored_text(text) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r'"$\frac{\beta}{\tau}\nabla L + \rho$"', r"$\frac{\beta}{\tau}\nabla L + \rho$"),
        (r'"误差 \rho 与 \tau_i，\theta 为参数"', r"误差 \rho 与 \tau_i，\theta 为参数"),
        (r'"x \to y, a \neq b"', r"x \to y, a \neq b"),
        (r'"\(x \nu\) and \[\tan y\]"', r"\(x \nu\) and \[\tan y\]"),
        (r'"it\'s"', "it's"),
        (r'"\u4e2d\u00e9"', "中é"),
        (r'"\u12"', r"\u12"),
        ('"\x0crac{\x08eta}{\tau}"', r"\frac{\beta}{\tau}"),
        ('"$\x0barepsilon + \x07lpha$"', r"$\varepsilon + \alpha$"),
        (
            r'"$\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$"',
            r"$\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$",
        ),
        (r'"page\f"', "page "),
    ],
)
def test_what_a_model_wrote(raw: str, text: str) -> None:
    assert read(f'{{"a": [{raw}]}}') == {"a": [text]}


@pytest.mark.parametrize(
    "text", ["权重为 $ rac{eta}{ au}$", "$ au = 0.5$", "a\x00b", "a\x1f", "$x imes y$", "$ ext{a}$"]
)
def test_what_cannot_be_read_is_marked(text: str) -> None:
    assert UNREADABLE in restored_text(text)


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_no_control_is_left_and_twice_is_once(text: str) -> None:
    once = restored_text(text)
    assert not set(once) & {chr(code) for code in range(32) if chr(code) not in "\t\n\r"}
    assert restored_text(once) == once
