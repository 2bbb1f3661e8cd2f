"""A value of the results reads well on a phone, and is never another one."""

import pytest

from core.report.outcomes import value


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("0.85947148678717", "0.8595"),
        ("0.829745743643591 ± 0.00012345", "0.8297 ± 0.0001"),
        ("31.24", "31.24"),
        ("2.5e-05", "2.5e-05"),
        ("1.23456e-05", "1.23456e-05"),
        ("0.00000123", "0.00000123"),
        ("v1.2.345678", "v1.2.345678"),
        ("81.4(+1.5)", "81.4(+1.5)"),
    ],
)
def test_a_value_with_many_digits_is_rounded(printed: str, shown: str) -> None:
    assert value(printed) == shown
