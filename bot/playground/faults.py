"""Errors on demand: what a network and a server do to a client, as often as a test wants."""

from dataclasses import dataclass, field
from enum import Enum, auto

HTML_502 = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)


class FaultKind(Enum):
    ANSWER = auto()
    """Answered with `status` and `body`; nothing was done."""
    ANSWER_AFTER = auto()
    """Carried out, and then answered with `status` and `body`: something mangled the answer."""
    DROP = auto()
    """The connection breaks before the request was looked at: nothing was done."""
    DROP_AFTER = auto()
    """The connection breaks after the request was carried out: the ambiguous case."""
    HANG = auto()
    """Nothing was done, and no answer comes."""
    HANG_AFTER = auto()
    """It was carried out, but no answer comes."""


@dataclass
class Fault:
    """One kind of trouble, for some requests."""

    kind: FaultKind
    method: str | None = None
    """None: any."""
    chat_id: int | None = None
    """None: any, also requests that are about no chat."""
    times: int | None = 1
    """How many more requests it hits; None: all."""
    status: int = 502
    body: str | bytes = HTML_502
    skip: int = 0
    """How many requests it lets pass first."""


@dataclass
class Faults:
    """The faults that are still to come; the oldest that fits is taken."""

    pending: list[Fault] = field(default_factory=list)
    hits: int = 0

    def add(self, fault: Fault) -> Fault:
        """Plan a fault; keep it to change or `remove` it."""
        self.pending.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Forget a fault, spent or not."""
        self.pending = [kept for kept in self.pending if kept is not fault]

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that hits this request."""
        for fault in self.pending:
            if fault.method not in (None, method) or fault.chat_id not in (None, chat_id):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.remove(fault)
            self.hits += 1
            return fault
        return None
