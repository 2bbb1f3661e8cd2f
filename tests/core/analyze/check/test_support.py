"""Which numbers bear one out, and that the paper's are found without looking at each."""

from hypothesis import given
from hypothesis import strategies as st

from core.analyze.check.numbers import Number, numbers_in
from core.analyze.check.source import CheckedText
from core.analyze.check.support import near, supports
from tests.core.analyze.check.papers import document

PRINTED = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "about ", "-", "约 "]),
    st.one_of(
        st.decimals(0, 2000, places=2).map(lambda one: f"{one:.2f}".rstrip("0").rstrip(".")),
        st.sampled_from(["0.5", "0.317", "31.7", "1", "0", "50", "half", "twice", "1e-4", "3.2M"]),
    ),
    st.sampled_from(["", "%", "x", " dB", " ms", " minutes", " GB", "k", " million"]),
)
NUMBER = PRINTED.map(numbers_in).filter(bool).map(lambda found: found[0])


@given(NUMBER, NUMBER)
def test_what_bears_out_is_among_what_is_near(known: Number, said: Number) -> None:
    if supports(known, said):
        assert any(low <= abs(known.value) <= high for low, high in near(said))


def test_only_what_is_near_is_looked_at() -> None:
    source = CheckedText(document(), "FlowIR: a title")
    held = [(unit, known) for unit in source.units for known in unit.numbers]
    assert held
    for _, bound in held:
        found = source.bearing(bound.number)
        assert found == [one for one in held if supports(one[1].number, bound.number)]
        assert len(found) < len(held)
