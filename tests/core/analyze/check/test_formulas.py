import pytest

from core.analyze.check.formulas import Formulas
from tests.core.analyze.check.papers import document, section

TEXT = r"""We minimise $\mathcal{L}(\theta)=\|v_\theta(x_t,t)-(x_1-x_0)\|^2$ over $t \in [0,1]$.

$$\dot{\mathbf{X}}_t = \mathbf{v}(\mathbf{X}_t, t),\tag{2}$$

$f(x) :=\left(a_{i}+\frac{b}{c}\right)x,\quad\forall\,i\leq t$ (3a)

$g(x)$ $=\sum_{i} w_i x_i$ (3b)

Here $x=1$ and $\lambda = 0.5$; the learning rate is 10."""
PAPER = Formulas(document(section("§3", "Method", TEXT)))


@pytest.mark.parametrize(
    "tex",
    [
        r"\mathcal{L}(\theta) = \| v_{\theta}(x_t, t) - (x_1 - x_0) \|^2",
        r"$\mathcal{L}(\theta)=\lVert v_\theta(x_t,t)-(x_1-x_0)\rVert^2$",
        r"\dot{\mathbf{X}}_t = \mathbf{v}(\mathbf{X}_t, t),\tag{2}",
        r"\dot{X}_t = v(X_t, t)",
        r"$$f(x) := \Bigl( a_i + \dfrac{b}{c} \Bigr) x, \qquad \forall i \le t$$",
        r"\begin{aligned} g(x) &= \sum_{i} w_i x_i \end{aligned}",
        "x=1",
        r"$\lambda=0.5$",
        r"t\in[0,1]",
    ],
)
def test_a_copied_formula_is_found_whatever_does_not_print(tex: str) -> None:
    assert PAPER.find(tex) == "§3"


@pytest.mark.parametrize(
    "tex",
    [
        r"\mathcal{L}(\theta)=\|v_\theta(x_t,t)-(x_0-x_1)\|^2",
        r"\dot{\mathbf{X}}_t = -\mathbf{v}(\mathbf{X}_t, t)",
        r"\mathcal{L}=\|v_\theta(x_t,t)-(x_1-x_0)\|^2",
        "x=",
        r"E=mc^2+\alpha",
        "the learning rate is 10",
        "",
        "x=1" * 2_000,
    ],
)
def test_another_formula_is_not(tex: str) -> None:
    assert PAPER.find(tex) is None
