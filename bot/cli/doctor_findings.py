"""What the doctor finds: one line for each thing, how it is and what to do."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rich.text import Text


class Condition(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    BROKEN = "broken"


STYLES = {Condition.OK: "green", Condition.DEGRADED: "yellow", Condition.BROKEN: "red"}


@dataclass(frozen=True)
class Finding:
    name: str
    verdict: Condition
    detail: str
    advice: str = ""
    latency: timedelta | None = None
    way: str = ""
    """How the service is reached: "direct", "via http://127.0.0.1:7890"."""

    @property
    def line(self) -> Text:
        """The finding as it is printed."""
        seconds = self.latency.total_seconds() if self.latency else 0
        latency = f"{seconds * 1000:6.0f} ms" if self.latency else " " * 9
        advice = f" → {self.advice}" if self.advice else ""
        return Text.assemble(
            (f"{self.verdict:<9}", STYLES[self.verdict]),
            f"{self.name:<12}",
            (latency, "dim"),
            f"  {self.detail}",
            (f" ({self.way})" if self.way else "", "dim"),
            (advice, "bold"),
        )
