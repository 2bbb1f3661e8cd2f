from datetime import datetime, timedelta

import pytest
from hypothesis import given

from core.models.values import Document, TextSource
from core.store import Store
from tests.core.store.papers.test_papers import SAME_STORE
from tests.core.store.samples import NOON, any_document, document


async def _put(store: Store, text: Document, at: datetime) -> None:
    await store.texts.put(text, version=text.version, at=at)


@SAME_STORE
@given(text=any_document)
async def test_any_text_comes_back_as_it_was(store: Store, text: Document) -> None:
    # A place of its own for each example: `get` would rightly prefer a better one.
    alone = text.model_copy(update={"paper_id": f"{text.source}/{text.paper_id}"})
    await _put(store, alone, at=NOON)

    assert await store.texts.get(alone.paper_id, alone.version) == alone


@pytest.mark.parametrize("full", [s for s in TextSource if s is not TextSource.ABSTRACT])
async def test_an_abstract_never_shadows_a_full_text(store: Store, full: TextSource) -> None:
    await _put(store, document(full), at=NOON)
    await _put(store, document(TextSource.ABSTRACT), at=NOON + timedelta(days=1))

    assert await store.texts.get("2603.00001", 1) == document(full)
    assert await store.texts.fetched_at("2603.00001", 1) == NOON


async def test_an_abstract_is_returned_as_such_until_something_better_comes(store: Store) -> None:
    await _put(store, document(TextSource.ABSTRACT), at=NOON)
    only = await store.texts.get("2603.00001", 1)
    assert only is not None
    assert only.source is TextSource.ABSTRACT
    assert await store.texts.fetched_at("2603.00001", 1) == NOON

    later = NOON + timedelta(hours=3)
    await _put(store, document(TextSource.PDF), at=later)
    assert await store.texts.get("2603.00001", 1) == document(TextSource.PDF)
    assert await store.texts.fetched_at("2603.00001", 1) == later


async def test_of_two_whole_texts_the_later_one_was_found_better(store: Store) -> None:
    for hours, source in enumerate((TextSource.PDF, TextSource.ARXIV_HTML, TextSource.PDF)):
        await _put(store, document(source), at=NOON + timedelta(hours=hours))
        assert await store.texts.get("2603.00001", 1) == document(source)


async def test_a_text_of_before_flaws_were_looked_for_still_loads(store: Store) -> None:
    old = document().model_dump_json(exclude={"flaws"})
    assert Document.model_validate_json(old).flaws is None


async def test_a_text_fetched_again_replaces_the_one_from_the_same_place(store: Store) -> None:
    await _put(store, document(text="old"), at=NOON)
    await _put(store, document(text="new"), at=NOON + timedelta(days=1))

    assert await store.texts.get("2603.00001", 1) == document(text="new")


async def test_texts_of_other_versions_are_other_texts(store: Store) -> None:
    await _put(store, document(version=None, text="unknown version"), at=NOON)

    assert await store.texts.get("2603.00001", None) == document(
        version=None, text="unknown version"
    )
    assert await store.texts.get("2603.00001", 1) is None
    assert await store.texts.fetched_at("2603.00001", 1) is None


async def test_a_text_is_found_by_the_version_asked_for(store: Store) -> None:
    """Hugging Face may still have the first version's text when arXiv announces the second."""
    old = document(version=1)
    await store.texts.put(old, version=2, at=NOON)

    assert await store.texts.get(old.paper_id, 2) == old
    assert await store.texts.get(old.paper_id, 1) is None


async def test_a_part_shadows_no_whole_text_and_no_abstract_a_part(store: Store) -> None:
    part = document(TextSource.HF_MARKDOWN).model_copy(update={"is_part": True})
    await _put(store, document(TextSource.ABSTRACT), at=NOON)
    await _put(store, part, at=NOON)
    assert await store.texts.get("2603.00001", 1) == part
    assert await store.texts.source("2603.00001", 1) is TextSource.HF_MARKDOWN

    await _put(store, document(TextSource.PDF), at=NOON)
    await _put(store, part, at=NOON + timedelta(days=1))
    assert await store.texts.get("2603.00001", 1) == document(TextSource.PDF)
