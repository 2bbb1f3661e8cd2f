"""What a text lacks is told from the text: small texts with the structure of real ones."""

import pytest

from core.documents.flaws import flaws
from core.documents.outline import Parsed
from core.models.values import Flaw, Section

ROWS = "| Method | FID |\n| --- | --- |\n| Ours | 2.1 |"
LIST = "As Table 1 shows, and Table 2 once more, all is well."


def text(*parts: str, ids: tuple[str, ...] = ("§1", "§2", "§3"), flaw: str | None = None) -> Parsed:
    texts = (*parts, *("Words.",) * (len(ids) - len(parts)))
    pairs = zip(ids, texts, strict=True)
    sections = (Section(id=id_, title="A", level=1, text=words) for id_, words in pairs)
    return Parsed(tuple(sections), flaw=flaw)


@pytest.mark.parametrize(
    ("parsed", "lacking"),
    [
        (text(), ()),
        (text(f"Table 1: Results.\n\n{ROWS}"), ()),
        (text(f"{ROWS}\n\n表 1：结果。"), ()),
        (text("Table 1: Results.\n\nOurs 2.1"), (Flaw.NO_TABLES,)),
        (text(LIST), (Flaw.NO_TABLES,)),
        (text("As Table 3 of their paper shows."), ()),
        (text(LIST, ROWS), ()),
        (text(f"Table 1: A.\n\n{ROWS}\n\nTable 2: B.\n\nTable 3: C."), (Flaw.SOME_TABLES,)),
        (text("We take λ = 2, ε ≤ 1 and μ ∈ Ω, and then Σ over α."), (Flaw.FORMULAS,)),
        (text("We take $λ = 2$, $ε ≤ 1$, $μ ∈ Ω$, and then $Σ$ over $α$."), ()),
        (text("By Eq. (1), Eq. (2), Eq. 3, Eqn. (4) and Equation 5, Eq. (6) holds."),
         (Flaw.FORMULAS,)),
        (text("We take λ = 2.", flaw="garbled"), (Flaw.FORMULAS,)),
        (text(ids=("Abstract", "Introduction", "Method")), (Flaw.SECTIONS,)),
        (text(ids=("§1", "§3.1", "§4")), (Flaw.SECTIONS,)),
        (text(ids=("Front", "§2", "§3.1", "Appendix A", "§A.1")), ()),
        (text(ids=("§I", "§II-B", "§III")), ()),
        (text(ids=("§I", "§III")), (Flaw.SECTIONS,)),
    ],
)  # fmt: skip
def test_what_a_text_lacks(parsed: Parsed, lacking: tuple[Flaw, ...]) -> None:
    assert flaws(parsed) == lacking
