"""What a model may make up of a planted fact, in ten ways, with the quotation it would give."""

import random
from collections.abc import Iterator
from dataclasses import replace

from tests.bench.reading_claims import TRUE, Claim, chosen, claim, handled
from tests.bench.reading_facts import DATASETS, METHODS, Fact, Paper


def invented_claims(paper: Paper, rng: random.Random) -> Iterator[Claim]:
    """Yield inventions of every kind in each language."""
    for fact in chosen(paper, rng):
        for language in ("zh", "en"):
            for planted, values, quote, needs in _inventions(fact, paper, rng):
                if needs and not any("{" + needs + "}" in t for t in TRUE[fact.kind][language]):
                    continue
                made = claim(fact, values, language, rng, quote=quote, planted=planted, needs=needs)
                if planted == "made-up name":
                    made = _renamed(made, paper, rng)
                yield made


Invention = tuple[str, dict[str, str], str, str]


def _inventions(fact: Fact, paper: Paper, rng: random.Random) -> Iterator[Invention]:
    values = fact.values
    numeric = [name for name in _NUMERIC.get(fact.kind, ()) if name in values]
    if numeric:
        name = rng.choice(numeric)
        yield "wrong number", _changed(values, name, rng), handled(fact, rng), name
    if fact.kind == "cell":
        yield (
            "swapped baseline",
            values | {"value": values["other_method"], "other_method": values["value"]},
            fact.quote,
            "value",
        )
        yield "swapped metric", values | {"value": values["other_metric"]}, fact.quote, "value"
        yield "swapped dataset", values | {"value": values["other_data"]}, fact.quote, "value"
        yield "made-up name", values, fact.quote, "value"
    if fact.kind == "versus":
        yield (
            "swapped baseline",
            values | {"a": values["b"], "b": values["a"]},
            fact.quote,
            "a" if rng.random() < 0.5 else "b",
        )
        yield (
            "swapped baseline",
            values | {"a": values["ours"], "ours": values["a"]},
            fact.quote,
            "a",
        )
    for pair in _PLACES.get(fact.kind, ()):
        swapped = values | {pair[0]: values[pair[1]], pair[1]: values[pair[0]]}
        if "millions" in pair:
            swapped["wan"] = f"{float(swapped['millions']) * 100:g}"
        yield "wrong place", swapped, fact.quote, rng.choice(pair)
    yield "made-up quote", values, _forged(paper, rng), ""
    yield "altered quote", values, _altered(fact, rng), ""


_NUMERIC = {
    "cell": ("value",),
    "versus": ("ours", "a", "b"),
    "gpus": ("gpus", "batch"),
    "rate": ("rate",),
    "images": ("images",),
    "ablation": ("full", "less", "gap"),
    "size": ("latency", "factor", "flops"),
    "hours": ("hours", "minutes"),
    "study": ("people", "share"),
    "mask": ("ratio", "percent"),
}
_PLACES = {
    "gpus": (("gpus", "batch"),),
    "images": (("images", "patch"),),
    "size": (("latency", "flops"), ("millions", "factor")),
    "study": (("people", "share"),),
}


def _changed(values: dict[str, str], name: str, rng: random.Random) -> dict[str, str]:
    """Return the values with one number wrong the way models get numbers wrong."""
    printed = values[name]
    if "e-" in printed:
        mantissa, exponent = printed.split("e")
        changed = rng.choice([f"{int(mantissa) + 1}e{exponent}", f"{mantissa}e{int(exponent) - 1}"])
        return values | {name: changed}
    digits = len(printed.split(".")[1]) if "." in printed else 0
    value = float(printed)
    while True:
        way = rng.randrange(4)
        if way == 0:
            other = value * rng.choice([0.9, 0.95, 1.05, 1.1, 1.2])
        elif way == 1:
            other = value + rng.choice([-1, 1]) * rng.randrange(2, 9) * 10**-digits * (
                10 if digits > 1 else 1
            )
        elif way == 2:
            other = value * rng.choice([0.1, 10])
        else:
            places = list(printed)
            i = rng.choice([i for i, sign in enumerate(places) if sign.isdigit()])
            places[i] = rng.choice([d for d in "123456789" if d != places[i]])
            other = float("".join(places))
        text = f"{other:.{digits}f}"
        if float(text) > 0 and text != printed and text not in values.values():
            return values | {name: text}


def _forged(paper: Paper, rng: random.Random) -> str:
    """Return a plausible sentence the paper does not have."""
    return rng.choice(
        [
            f"Extensive experiments demonstrate that {paper.own} consistently outperforms "
            f"{rng.choice(paper.methods)} across all benchmarks.",
            f"Our approach achieves a favorable trade-off between fidelity and realism on "
            f"{rng.choice(paper.datasets)}.",
            f"{paper.own} is trained end-to-end with a combination of adversarial and "
            f"perceptual objectives.",
            f"We observe that {rng.choice(paper.methods)} suffers from severe artifacts in "
            f"smooth regions.",
            "The proposed module can be plugged into existing architectures without additional "
            "cost.",
            f"Table 2 shows that {paper.own} obtains {rng.uniform(24, 39):.2f} dB on "
            f"{rng.choice(paper.datasets)}.",
        ]
    )


_MEANINGFUL = (
    ("not ", ""), (" frozen", " trained"), ("lowers", "raises"), ("drops", "rises"),
    ("first ", "last "), ("with ", "without "), ("slower", "faster"), ("faster", "slower"),
    ("fails", "works"), ("better", "worse"), ("all ", "no "), ("most ", "least "),
    ("hurts", "helps"), ("separates", "confuses"), ("share", "duplicate"), ("prefer", "reject"),
    ("compared", "identical"), ("consists", "excludes"), ("collect", "discard"),
    ("obtain", "lose"), ("set to", "far from"), ("initial", "final"),
)  # fmt: skip


def _altered(fact: Fact, rng: random.Random) -> str:
    """Return the quotation with one thing changed that matters: a word or a number."""
    ways = []
    words = [(old, new) for old, new in _MEANINGFUL if old in fact.quote]
    if words:
        ways.append(fact.quote.replace(*rng.choice(words), 1))
    bare = fact.quote.replace("[12, 31]", "[--, --]")  # citations are not compared
    digits = [i for i, sign in enumerate(bare) if sign.isdigit()]
    if digits:
        i = rng.choice(digits)
        digit = rng.choice([d for d in "123456789" if d != fact.quote[i]])
        ways.append(fact.quote[:i] + digit + fact.quote[i + 1 :])
    longest = max(fact.quote.split(), key=len)
    ways.append(fact.quote.replace(longest, rng.choice(["temporal", "recurrent", "supervised"]), 1))
    return rng.choice(ways)


def _renamed(made: Claim, paper: Paper, rng: random.Random) -> Claim:
    """Return the claim with a dataset or method that the paper does not have."""
    strange = [
        name for name in (*METHODS, *DATASETS) if name not in (*paper.methods, *paper.datasets)
    ]
    inner = [
        name
        for name in strange
        if not any(name in known for known in (*paper.methods, *paper.datasets))
    ]
    for name in rng.sample([*paper.datasets, *paper.methods], 9):
        if name in made.text:
            return replace(made, text=made.text.replace(name, rng.choice(inner)))
    return replace(made, text=f"{made.text} ({rng.choice(inner)})")
