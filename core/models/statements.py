"""The statements of a deep dive, each with the words of the paper it rests on.

A statement may be shown although something in it is doubtful, but never without saying so; `doubts`
are printed behind the number they are about.
"""

from enum import StrEnum

from pydantic import Field

from core.models.base import Value


class Evidence(Value):
    """A passage of the paper, in its own words."""

    quote: str = Field(min_length=1)
    where: str
    """A `Section.id`."""
    label: str | None = None
    """The table, figure or equation it stands in: "Table 4"."""

    @property
    def mark(self) -> str:
        """How a reader finds it: "§4.2, Table 1"."""
        return f"{self.where}, {self.label}" if self.label else self.where


class PointKind(StrEnum):
    """What a statement is, where its section does not say enough."""

    CLAIM = "claim"
    """Something the paper says."""
    UNUSUAL = "unusual"
    """The one choice that sets the method apart; analyses of before December 2026 have it."""
    INTUITION = "intuition"
    """Why the method works."""
    ABLATION = "ablation"
    """The experiment that carries the claim."""
    EQUATION = "equation"
    """TeX from the paper, with what it means."""
    ABSENCE = "absence"
    """Something the paper does not say."""
    SUGGESTION = "suggestion"
    """What a reader could do with it: nobody's claim."""
    QUESTION = "question"
    """What a reviewer would ask; not from the paper."""


class Support(StrEnum):
    """How far a statement was found in the paper."""

    UNCHECKED = "unchecked"
    VERIFIED = "verified"
    """Its quotation stands in the paper, its numbers are the paper's and of the same thing."""
    DOUBTFUL = "doubtful"
    """Its quotation does, but not all its numbers and names: see `Point.doubts`."""


class Point(Value):
    """One statement of an analysis, with the place in the paper that supports it."""

    text: str = Field(min_length=1)
    where: str | None = None
    """A `Section.id` of the document; None when the model named none that exists."""
    kind: PointKind = PointKind.CLAIM
    evidence: tuple[Evidence, ...] = ()
    support: Support = Support.UNCHECKED
    doubts: tuple[str, ...] = ()
    """Numbers and names, as printed in `text`, that the paper does not bear out."""
    elsewhere: tuple[str, ...] | None = None
    """Those of the doubts the paper does have, but not where it is quoted; None: not told apart."""


class Result(Value):
    """A line of the main results; every number stands in the paper's text or tables."""

    benchmark: str
    metric: str
    higher_is_better: bool | None = None
    """Which way the metric counts; None: nobody said so."""
    ours: str
    other: str | None = None
    """The best other method's value; None where it could not be found in the paper."""
    other_name: str | None = None
    evidence: tuple[Evidence, ...] = ()


class FactKind(StrEnum):
    """What a researcher looks up first."""

    DATA = "data"
    COMPUTE = "compute"


class Fact(Value):
    """One line of the fact box that comes from the text; code, licence and venue are metadata."""

    kind: FactKind
    text: str = Field(min_length=1)
    evidence: tuple[Evidence, ...] = ()


class Advice(StrEnum):
    """What a reader should do with a paper."""

    READ = "read"
    SKIM = "skim"
    SKIP = "skip"


class Conclusion(Value):
    """The last line of a deep dive: for this focus, and why in ten words."""

    advice: Advice
    why: str = Field(min_length=1)


class SecondLook(StrEnum):
    """Whether a model has held a reading's statements against the paper, beside the rules."""

    WAITING = "waiting"
    """By rules alone so far: quotations and numbers."""
    DONE = "done"


class Checked(Value):
    """How much of what a model wrote was found in the paper."""

    claims: int = Field(ge=0)
    """Statements that say what the paper says, those left out afterwards included."""
    verified: int = Field(ge=0)

    @property
    def share(self) -> float:
        """0 to 1; 1 when nothing was claimed."""
        return self.verified / self.claims if self.claims else 1.0
