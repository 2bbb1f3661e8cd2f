"""Readers who want nearly the same: what a model is asked for one of them serves them all.

A focus group is led by the focus most of its readers have. Who is near whom must not depend on the
day's papers, or yesterday's scores would be worth nothing today.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from core.models.values import Focus
from core.personal.values import FocusGroup
from core.score.background import PAIR, Background
from core.score.clusters import canonical
from core.text.glossary import Glossary

NEAR = 0.85
"""Cosine of two focuses' words, weighted by rarity, from which they are nearly the same."""
Key = tuple[str, ...]


def focus_groups(
    focuses: Mapping[int, Focus], *, glossary: Glossary, background: Background
) -> list[FocusGroup]:
    """Return focus groups of readers (by number) with topics of their own, the biggest first."""
    groups: dict[Key, list[int]] = defaultdict(list)
    for reader in sorted(focuses):
        if focuses[reader].interests:
            groups[canonical(focuses[reader]).interests].append(reader)
    keys = sorted(groups, key=lambda key: (-len(groups[key]), key))
    members: dict[Key, list[int]] = {}
    for key, leader in zip(keys, _leaders(keys, glossary, background), strict=True):
        members.setdefault(leader, []).extend(groups[key])
    found = [
        FocusGroup(Focus(interests=leader), tuple(sorted(readers)))
        for leader, readers in members.items()
    ]
    return sorted(found, key=lambda group: (-len(group.members), group.focus.interests))


def _leaders(keys: Sequence[Key], glossary: Glossary, background: Background) -> list[Key]:
    """Return whom each focus (biggest first) follows: an earlier one that is near, or itself."""
    if not keys:
        return []
    rows = _vectors(keys, glossary, background)
    near = (rows @ rows.T).tocsr()
    leaders: list[Key] = []
    leads = np.zeros(len(keys), dtype=bool)
    for number, key in enumerate(keys):
        start, end = near.indptr[number], near.indptr[number + 1]
        others, likeness = near.indices[start:end], near.data[start:end]
        close = others[(likeness >= NEAR) & (others < number) & leads[others]]
        leads[number] = not len(close)
        leaders.append(keys[int(close.min())] if len(close) else key)
    return leaders


def _vectors(keys: Sequence[Key], glossary: Glossary, background: Background) -> sparse.csr_matrix:
    """Return one row of length one per focus: its topics' words and phrases, equally heavy."""
    columns: dict[str, int] = {}
    entries: list[tuple[int, int, float]] = []
    by_topic: dict[str, dict[str, float]] = {}
    for row, key in enumerate(keys):
        for topic in key:
            if topic not in by_topic:
                by_topic[topic] = _topic(topic, glossary, background)
            for gram, weight in by_topic[topic].items():
                entries.append((row, columns.setdefault(gram, len(columns)), weight))
    places, grams, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = sparse.csr_matrix((values, (places, grams)), (len(keys), max(1, len(columns))))
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = sparse.diags(1.0 / np.maximum(norms, 1e-9))
    return sparse.csr_matrix(scale @ matrix)


def _topic(topic: str, glossary: Glossary, background: Background) -> dict[str, float]:
    expanded = glossary.expand(topic)
    weights = {
        gram: weight * background.rarity(gram) * (PAIR if " " in gram else 1.0)
        for gram, weight in expanded.words.items()
    }
    for phrase, weight in expanded.phrases.items():
        gram = " ".join(phrase)
        weights[gram] = max(weights.get(gram, 0.0), weight)
    length = float(np.sqrt(sum(weight**2 for weight in weights.values()))) or 1.0
    return {gram: weight / length for gram, weight in weights.items()}
