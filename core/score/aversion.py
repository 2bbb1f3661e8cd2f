"""What a reader does not want: topics that lower whatever is about them.

A paper that is about an avoided topic loses enough to fall out of any list; one that mentions it in
passing loses little. The loss must not depend on how well the paper fits otherwise.
"super-resolution, not medical" is said because medical papers about super-resolution fit so well.
"""

import numpy as np

from core.score.background import Floats

LOSS = 8.0
"""Log-odds that a paper about an avoided topic loses: more than the whole upper scale."""
HALF = -1.0
"""Log-odds of the avoided topic at which half of it is lost: the rubric's 60."""


def loss(avoided: Floats) -> Floats:
    """Return what papers lose, in log-odds, given those of the worst avoided topic."""
    return np.asarray(-LOSS / (1.0 + np.exp(np.minimum(HALF - avoided, 700.0))))
