import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analyze.fit import CUT, fit
from core.llm.tokens import estimate_tokens
from core.models.values import Document, Section, TextSource


def document(*sections: tuple[str, str, str]) -> Document:
    return Document(
        paper_id="2601.00042",
        version=1,
        source=TextSource.HF_MARKDOWN,
        sections=tuple(
            Section(id=id_, title=title, level=1 + id_.count("."), text=text)
            for id_, title, text in sections
        ),
    )


def prose(word: str, paragraphs: int) -> str:
    return "\n\n".join(
        " ".join(f"The {word} sentence number {n}.{k} says something." for k in range(6))
        for n in range(paragraphs)
    )


PAPER = document(
    ("Abstract", "Abstract", "A short abstract. It has two sentences."),
    (
        "§1",
        "Introduction",
        f"{prose('opening', 6)}\n\nOur contributions are three.\n\n{prose('late', 3)}",
    ),
    ("§2", "Related Work", prose("related", 20)),
    ("§3", "Method", ""),
    ("§3.1", "Objective", prose("method", 20)),
    (
        "§4",
        "Experiments",
        f"{prose('setup', 20)}\n\nTable 1: Results.\n\n"
        "| Method | PSNR |\n| --- | --- |\n| Ours | 28 |",
    ),
    ("§5", "Limitations", "It is slow. It needs memory."),
    ("§6", "Conclusion", prose("closing", 2)),
    ("Appendix A", "Proofs", prose("proof", 40)),
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("four", 1), ("four letters", 3), ("12.34", 3), ("图像恢复", 6), ("é", 1), ("∇", 1)],
)
def test_tokens_are_estimated_by_script(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


def test_tex_is_denser_than_prose() -> None:
    tex = r"$\mathcal{L}(\theta)=\mathbb{E}_{t,x_{0}}\|v\|^{2}$"
    assert estimate_tokens(tex) > 1.3 * estimate_tokens("a" * len(tex))


def test_a_paper_that_fits_is_kept_whole() -> None:
    fitted = fit(PAPER, max_tokens=1_000_000)

    assert not fitted.truncated
    assert fitted.omitted == ()
    assert fitted.sections == tuple(s.id for s in PAPER.sections)
    assert fitted.text.startswith(
        "[Abstract]\nA short abstract. It has two sentences.\n\n[§1] Introduction\nThe opening"
    )
    assert "\n\n[§3] Method\n\n[§3.1] Objective\n" in fitted.text
    assert CUT not in fitted.text


def test_method_experiments_and_limitations_outlive_related_work_and_proofs() -> None:
    fitted = fit(PAPER, max_tokens=1_500)

    assert fitted.truncated
    assert {"Abstract", "§1", "§3.1", "§4", "§5", "§6"} <= set(fitted.sections)
    assert fitted.omitted == ("§2", "Appendix A")
    assert "[§5] Limitations\nIt is slow. It needs memory." in fitted.text


def test_cuts_are_marked_and_keep_contribution_and_tables() -> None:
    text = fit(PAPER, max_tokens=1_500).text

    assert "Our contributions are three." in text
    assert "| Ours | 28 |" in text
    assert f"\n\n{CUT}\n\n" in text
    assert text.index("opening") < text.index("Our contributions") < text.index("[§3.1]")


def test_a_paragraph_too_long_is_cut_at_a_sentence() -> None:
    long = " ".join(f"Sentence number {n} of the only paragraph." for n in range(500))
    text = fit(document(("§1", "Method", long)), max_tokens=200).text

    assert text.startswith("[§1] Method\nSentence number 0")
    assert text.endswith(f"of the only paragraph.\n\n{CUT}")


def test_a_long_limitations_section_does_not_starve_the_method() -> None:
    paper = document(
        ("§1", "Limitations", prose("limit", 500)), ("§2", "Method", prose("method", 100))
    )
    fitted = fit(paper, max_tokens=2_000)
    assert fitted.text.count("method sentence") > 20


def test_a_tiny_budget_keeps_the_abstract_or_nothing() -> None:
    assert fit(PAPER, max_tokens=120).sections[:1] == ("Abstract",)
    assert fit(PAPER, max_tokens=0).text == ""
    assert fit(document(), max_tokens=1000).text == ""


SECTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["Abstract", "Introduction", "Related Work", "Method", "Results", "Limitations", "X"]
        ),
        st.text(alphabet=st.sampled_from(list("ab. \n|$\\1图∇")), max_size=800),
    ),
    max_size=12,
)


@given(SECTIONS, st.integers(0, 2_000))
def test_the_result_fits_and_keeps_the_order(sections: list[tuple[str, str]], budget: int) -> None:
    paper = document(*((f"§{n}", title, text) for n, (title, text) in enumerate(sections, 1)))
    fitted = fit(paper, max_tokens=budget)
    ids = [s.id for s in paper.sections]

    assert estimate_tokens(fitted.text) <= budget
    assert list(fitted.sections) == [id_ for id_ in ids if id_ in fitted.sections]
    assert set(fitted.sections) | set(fitted.omitted) == set(ids)
    assert not set(fitted.sections) & set(fitted.omitted)
    assert fitted.truncated or not fitted.omitted
    positions = [fitted.text.index(f"[{id_}]") for id_ in fitted.sections]
    assert positions == sorted(positions)
