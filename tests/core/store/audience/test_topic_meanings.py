"""What topics mean, asked once for everybody."""

from core.models.values import Meaning
from core.store import Store
from tests.core.store.conftest import Clock

OLD = Meaning(topic="虚空索引", names=("void indexing",))
NEW = Meaning(topic="虚空索引", names=("void lookup",), related=("abyss",))
OTHER = Meaning(topic="FooBar  Net", names=("foo bar networks",))


async def test_a_meaning_is_known_whatever_capitals_and_blanks_and_by_prompt(
    store: Store,
) -> None:
    await store.meanings.put([OLD, OTHER], prompt="p", model="m")
    asked = ["虚空索引", "FOOBAR net", "x"]
    assert await store.meanings.known(asked, prompt="p") == {"虚空索引", "foobar net"}
    assert await store.meanings.known(asked, prompt="q") == set()


async def test_the_newest_meaning_of_each_topic_counts(store: Store, clock: Clock) -> None:
    await store.meanings.put([OLD, OTHER], prompt="p", model="m")
    clock.advance(days=1)
    await store.meanings.put([NEW], prompt="q", model="m")
    assert await store.meanings.all() == [OTHER, NEW]
