"""How everything that looks at text grows with it: `python -m tests.bench.growth [--pairs]`.

All atoms, and with `--pairs` each beside each of the first few, without the suite's limit of time.
"""

import argparse
import itertools

from tests.core.test_growth import BOUNDED, ELSEWHERE
from tests.growth import ATOMS, FIRST, WORST, growth, lookers

parser = argparse.ArgumentParser()
parser.add_argument("--pairs", action="store_true")
parser.add_argument("--seconds", type=float, default=5.0, help="of sifting for each")
given = parser.parse_args()
pairs = ["".join(pair) for pair in itertools.permutations(ATOMS[:FIRST], 2)]
found, _ = lookers({*ELSEWHERE, *BOUNDED})
print(f"{len(found)} look at text")
for looker in found:
    atom, ratio = growth(looker, (*ATOMS, *(pairs if given.pairs else ())), given.seconds)
    if ratio:
        verdict = "QUADRATIC" if ratio >= WORST else "linear"
        print(f"{looker.name:60} {atom!r:16} x{ratio:5.1f} {verdict}", flush=True)
