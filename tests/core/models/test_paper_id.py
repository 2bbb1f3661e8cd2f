import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.paper_id import PaperRef, parse_arxiv_id, parse_reference

NEW = PaperRef("2602.20981")
NEW_V2 = PaperRef("2602.20981", 2)
OLD = PaperRef("cs/0112017")
NOTE = PaperRef("openreview:06YyNxzwae")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2602.20981", NEW),
        ("  2602.20981\n", NEW),
        ("2602.20981v2", NEW_V2),
        ("2602.20981V2", NEW_V2),
        ("arXiv:2602.20981", NEW),
        ("arxiv: 2602.20981v2", NEW_V2),
        ("arXiv:2602.20981v2 [cs.CV] 3 Mar 2026", NEW_V2),
        ("[2602.20981]", NEW),
        ("0704.0001", PaperRef("0704.0001")),
        ("1412.9999", PaperRef("1412.9999")),
        ("1501.00001", PaperRef("1501.00001")),
        ("cs/0112017", OLD),
        ("cs.CV/0112017v1", PaperRef("cs/0112017", 1)),
        ("CS.CV/0112017", OLD),
        ("arXiv:astro-ph/0601001", PaperRef("astro-ph/0601001")),
        ("math-ph/0703001", PaperRef("math-ph/0703001")),
        ("hep-th/9108028", PaperRef("hep-th/9108028")),
        ("cond-mat.dis-nn/0106001", None),  # subject classes have two letters
    ],
)
def test_ids_are_read(text: str, expected: PaperRef | None) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://arxiv.org/abs/2602.20981", NEW),
        ("http://www.arxiv.org/abs/2602.20981v2", NEW_V2),
        ("arxiv.org/abs/2602.20981", NEW),
        ("https://arxiv.org/abs/2602.20981?context=cs.CV", NEW),
        ("https://arxiv.org/abs/2602.20981#comments", NEW),
        ("https://arxiv.org/abs/2602.20981/", NEW),
        ("https://arxiv.org/pdf/2602.20981", NEW),
        ("https://arxiv.org/pdf/2602.20981v2.pdf", NEW_V2),
        ("https://arxiv.org/pdf/2602.20981v2.pdf?download=1#page=4", NEW_V2),
        ("https://arxiv.org/html/2602.20981v2#S3.F1", NEW_V2),
        ("https://export.arxiv.org/abs/2602.20981", NEW),
        ("https://ar5iv.org/html/2602.20981", NEW),
        ("https://ar5iv.labs.arxiv.org/html/2602.20981", NEW),
        ("https://www.alphaxiv.org/abs/2602.20981v2", NEW_V2),
        ("https://www.alphaxiv.org/overview/2602.20981.md", NEW),
        ("https://huggingface.co/papers/2602.20981", NEW),
        ("https://huggingface.co/papers/2602.20981.md", NEW),
        ("https://hf-mirror.com/papers/2602.20981#67c0", NEW),
        ("https://arxiv.org/abs/cs/0112017", OLD),
        ("https://arxiv.org/abs/cs.CV/0112017v1", PaperRef("cs/0112017", 1)),
        ("https://arxiv.org/pdf/hep-th/9901001.pdf", PaperRef("hep-th/9901001")),
        ("10.48550/arXiv.2602.20981", NEW),
        ("doi:10.48550/ARXIV.2602.20981", NEW),
        ("https://doi.org/10.48550/arXiv.2602.20981", NEW),
        ("https://doi.org/10.48550%2FarXiv.2602.20981", NEW),
        ("https://doi.org/10.48550/arXiv.cs/0112017", OLD),
        ("oai:arXiv.org:2602.20981v2", NEW_V2),
        ("https://openreview.net/forum?id=06YyNxzwae", NOTE),
        ("https://openreview.net/pdf?id=06YyNxzwae", NOTE),
        ("openreview.net/forum?id=06YyNxzwae&referrer=%5BTMLR%5D", NOTE),
        ("https://openreview.net/forum?noteId=xyz123&id=06YyNxzwae#d1", NOTE),
        ("openreview:06YyNxzwae", NOTE),
        ("OpenReview:06YyNxzwae", NOTE),
    ],
)
def test_links_are_read(link: str, expected: PaperRef) -> None:
    assert parse_reference(link) == expected
    assert parse_reference(f"看看这篇：{link} ，谢谢！") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("论文2602.20981不错", NEW),
        ("２６０２．２０９８１ｖ２", NEW_V2),
        ("ａｒＸｉｖ：2602.20981", NEW),
        ("2602.20981。", NEW),
        ("Have you seen 2602.20981? I liked it.", NEW),
        ("It ends with 2602.20981.", NEW),
        ("paper-2602.20981v2.pdf", NEW_V2),
        ("https://arxiv.org/abs/2602.20981 (PDF: https://arxiv.org/pdf/2602.20981v2)", NEW_V2),
        ("2602.20981v1, later 2602.20981v2", NEW),
    ],
)
def test_a_longer_text_with_one_paper_is_read(text: str, expected: PaperRef) -> None:
    assert parse_reference(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "diffusion models",
        "3",
        "2613.20981",  # no 13th month
        "2600.20981",
        "0703.0001",  # the scheme began in April 2007
        "1412.00001",  # four digits until 2014
        "1501.0001",  # five from 2015
        "2602.00000",
        "2602.20981v0",
        "2602.209811",
        "12602.20981",
        "2602.20981.5",
        "1.2602.20981",
        "cs/0704001",  # the old scheme ended in March 2007
        "cs/9107",
        "cs/0113017",
        "cs/0112000",
        "nosuch/0112017",
        "https://arxiv.org/list/cs.CV/2602",
        "https://doi.org/10.1145/2602.20981",  # another publisher's DOI
        "2602.20981 or 2602.20982",
        "2602.20981 and https://openreview.net/forum?id=06YyNxzwae",
        "https://openreview.net/group?id=",
        "version 2.10.1234.5",
        "2026-02-20 09:81",
    ],
)
def test_what_names_no_paper_or_several_is_refused(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize("text", ["see 2602.20981", "arXiv:2602.20981", "2602.20981.pdf", "x"])
def test_a_services_id_field_is_read_strictly(text: str) -> None:
    assert parse_arxiv_id(text) is None


def test_a_services_id_field_may_carry_a_version_and_spaces() -> None:
    assert parse_arxiv_id(" 2602.20981v2 ") == NEW_V2
    assert parse_arxiv_id("cs.CV/0112017") == OLD


months = st.integers(1, 12)
versions = st.none() | st.integers(1, 99)
new_ids = st.builds(
    lambda year, month, number: f"{year:02}{month:02}.{number:0{4 if year < 15 else 5}}",
    st.integers(8, 60),
    months,
    st.integers(1, 9999),
)
old_ids = st.builds(
    lambda archive, year, month, number: f"{archive}/{year % 100:02}{month:02}{number:03}",
    st.sampled_from(["cs", "math", "hep-th", "math-ph", "astro-ph", "q-bio", "cond-mat"]),
    st.integers(1992, 2006),
    months,
    st.integers(1, 999),
)
WAYS = (
    "{}",
    "arXiv:{}",
    "https://arxiv.org/abs/{}",
    "https://arxiv.org/pdf/{}.pdf",
    "http://export.arxiv.org/pdf/{}?x=1#y",
    "https://huggingface.co/papers/{}",
    "https://doi.org/10.48550/arXiv.{}",
    "读一下 {} 吧",
)


@given(new_ids | old_ids, versions, st.sampled_from(WAYS))
def test_every_id_survives_every_way_of_writing_it(id: str, version: int | None, way: str) -> None:
    written = id if version is None else f"{id}v{version}"
    assert parse_reference(way.format(written)) == PaperRef(id, version)
    assert parse_arxiv_id(written) == PaperRef(id, version)


@given(st.text(max_size=200) | st.from_regex(r"[0-9./:a-z%-]{0,60}", fullmatch=True))
def test_any_text_gives_a_reference_that_reads_back_or_none(text: str) -> None:
    found = parse_reference(text)
    assert found is None or parse_reference(found.id) == PaperRef(found.id)


@given(st.text(alphabet="openreview.net/forum?&id=0 ", max_size=300))
def test_near_links_do_not_break_it(text: str) -> None:
    parse_reference(text * 10)


def test_no_other_file_looks_at_the_letters_of_an_id() -> None:
    """Whose id it is says `PaperId.parse`; a source's own scheme is no string elsewhere."""
    decides = re.compile(
        r"""(?<!\w)["'](?:openreview|arxiv):|\b(?:paper_id|(?:paper|ref(?:erence)?)\.id)\.(?:startswith|removeprefix)\("""
        r"""|arxiv\.org/(?:abs|pdf|html)/|openreview\.net/""",
        re.IGNORECASE,
    )
    root = Path(__file__).parents[3]
    for path in [*root.glob("core/**/*.py"), *root.glob("bot/**/*.py")]:
        name = str(path.relative_to(root))
        if name in ("core/models/paper_id.py", "bot/demo/replay.py"):
            continue  # the demo speaks as arXiv does
        code = "\n".join(_strings_and_calls(path))
        assert not decides.search(code), f"{name}: {decides.search(code)}"


def _strings_and_calls(path: Path) -> Iterator[str]:
    """Yield a file's expressions, without its docstrings and comments."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call | ast.Compare | ast.JoinedStr | ast.Assign | ast.AnnAssign):
            yield ast.unparse(node)
