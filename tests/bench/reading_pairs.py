"""The errors of the bench of reading put right by hand: what of each is replaced by what."""

PAIRS: dict[str, tuple[tuple[tuple[str, str], ...], ...]] = {}
