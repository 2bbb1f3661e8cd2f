from tests.bench.reading import judged


def test_the_checker_catches_inventions_and_lets_truths_pass() -> None:
    results = list(judged(papers=3, seed=7))
    planted = [verdict for _, claim, verdict in results if claim.planted]
    true = [verdict for _, claim, verdict in results if not claim.planted]
    assert {where for where, _, _ in results} == {"html", "markdown", "pdf"}
    assert sum(not verdict.is_verified for verdict in planted) >= 0.95 * len(planted)
    assert sum(not verdict.is_verified for verdict in true) <= 0.03 * len(true)
