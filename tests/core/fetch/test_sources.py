"""What every source that is registered has to say of itself."""

import re

import pytest

from core.fetch import sources
from core.fetch.sources import SOURCES
from core.fetch.spec import SourceSpec
from core.models.paper_id import COMMON, PaperId, parse_arxiv_id
from core.models.values import Paper


@pytest.mark.parametrize("spec", SOURCES, ids=lambda spec: spec.name)
def test_a_source_says_what_it_is_called_and_where_it_is(spec: SourceSpec) -> None:
    assert re.fullmatch(r"[a-z]{3,12}", spec.name), "it stands in the settings and in columns"
    assert spec.label
    assert spec.badge.startswith(spec.label) or spec.label == "HF"
    assert str(getattr(spec.options(), spec.endpoint)).startswith("https://")
    assert spec.known is None or sources.paper_of(spec.known)


def test_nothing_is_called_like_anything_else() -> None:
    for said in ("name", "label", "badge", "endpoint"):
        values = [getattr(spec, said) for spec in SOURCES]
        assert len(set(values)) == len(values), said
    options = [name for spec in SOURCES for name in spec.options.model_fields]
    assert len(set(options)) == len(options)
    shorts = [scheme.short for scheme in sources.schemes()]
    assert len(set(shorts)) == len(shorts)
    # Before `-` and seven digits an archive of arXiv's is meant.
    assert not [short for short in shorts if parse_arxiv_id(f"{short}/0101001")]


def test_an_id_whose_source_is_gone_is_still_an_id() -> None:
    paper = Paper(id="gone:1/2.3", title="T")
    assert (sources.scheme_of(paper.id), sources.owner_of(paper.id)) == (None, None)
    assert (sources.place_of(paper.id), paper.url, sources.pdf_of(paper)) == ("gone", "", "")
    assert sources.label_of("gone") == sources.badge_of("gone") == "gone"


def test_common_ids_need_no_source() -> None:
    assert Paper(id="2602.20981", title="T").url == "https://arxiv.org/abs/2602.20981"
    note = Paper(id="openreview:aB3_-", title="T")
    assert note.url == "https://openreview.net/forum?id=aB3_-"
    assert not note.is_arxiv
    assert {str(PaperId.parse(id)) for id in ("cs/0112017", note.id)} == {"cs/0112017", note.id}
    assert set(COMMON) <= set(sources.schemes())
