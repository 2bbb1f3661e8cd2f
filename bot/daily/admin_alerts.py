"""What the administrators are told before readers notice: once when it begins, not every minute.

Trouble is a state, looked at again and again: it is told when it is new, forgotten when it is over,
and then new again the next time. Which troubles were told is kept in the database, or every restart
would tell them again.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from bot.delivery.post import DeliveryStats
from bot.features.administrators import Administrators
from bot.render.message import Button
from bot.render.operator_time import moment
from bot.render.text import plain
from core.fetch import sources
from core.llm.alerts import Alert, AlertKind
from core.locale import Sentences
from core.models.values import Language
from core.store.flags import Flags
from core.store.key_values import KeyValues, Notices
from core.store.papers.fetches import Fetches

_ALL_FAILED = timedelta(hours=50)
_BEGAN = (timedelta(hours=74), timedelta(hours=46))
"""A source is down for two days when each try since the first failed, and a morning two days ago
failed, too: mornings are a day apart, give or take the time of building."""
_TOLD = "morning:told"
WEATHER = {AlertKind.MODEL_UNAVAILABLE, AlertKind.SERVICE_UNAVAILABLE}
"""What passes by itself and nobody can do anything about."""
WORDS = Sentences("admin_alerts")


@dataclass(frozen=True)
class AdminAlert:
    """Something the administrators should know, by a key that is the same while it lasts."""

    key: str
    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()


Models = Callable[[], Awaitable[Sequence[tuple[Alert, str]]]]
"""What is the matter with the models now, and each in a sentence."""


@dataclass(eq=False, repr=False, kw_only=True)
class AdminAlerts:
    """Tells the administrators of troubles, each once."""

    notices: Notices
    key_values: KeyValues
    fetches: Fetches
    flags: Flags
    admins: Administrators
    models: Models
    language: Language
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._told: list[str] | None = None

    async def look(self, others: Iterable[AdminAlert] = ()) -> None:
        """Look at the sources and the models too, and tell what is new."""
        if not self.admins:
            return
        troubles = [*await self._of_sources(), *await self._of_models(), *others]
        troubles += await self._of_flags()
        told = await self._known()
        current = list(dict.fromkeys(trouble.key for trouble in troubles))
        for key in told:
            if key not in current:
                await self.notices.forget(key)
                await self._say_over(key)
        for trouble in {trouble.key: trouble for trouble in troubles}.values():
            if trouble.key not in told and not await self.say_once(trouble):
                current.remove(trouble.key)  # nobody could be reached: told the next time
        if set(current) != set(told):
            self._told = current
            await self.key_values.put(_TOLD, json.dumps(current))

    async def say_once(self, trouble: AdminAlert) -> bool:
        """Tell of something unless it was told before; False when nobody could be reached."""
        return await self.admins.say_once(trouble.key, trouble.text, buttons=trouble.buttons)

    def of_delivery(self, tally: DeliveryStats, zone: tzinfo) -> list[AdminAlert]:
        """Return what is to be told of a delivery, each kind once a day."""
        today = self.now().astimezone(zone).date()
        found = [self.refused(post, why) for post, why in tally.refused]
        if tally.unknown:
            found.append(self._trouble("unknown", str(today), count=tally.unknown))
        if tally.lost:
            found.append(self._trouble("lost", str(today), count=tally.lost))
        if tally.doubted:
            found.append(self._doubted(tally, zone))
        return found

    def _doubted(self, tally: DeliveryStats, zone: tzinfo) -> AdminAlert:
        now, what = self.now(), WORDS["doubted_on"](self.language)
        if tally.paused_until is not None:
            until = moment(tally.paused_until, now, zone)
            what = WORDS["doubted_paused"](self.language, until=until)
        day = str(now.astimezone(zone).date())
        trouble = self._trouble("doubted", day, count=tally.doubted, what=what)
        row = [
            Button(WORDS[word](self.language), data=f"push:{word}")
            for word in ("resume", "believe")
        ]
        return replace(trouble, buttons=(tuple(row),))

    async def _say_over(self, key: str) -> None:
        """Tell that a channel is back: its owner waits to hear that."""
        kind, _, name = key.partition(":")
        if kind == "channel":
            over = self._trouble("channel_back", name, name=name)
            await self.notices.forget(over.key)
            await self.say_once(over)

    def nothing_yet(self, day: date, names: Sequence[str]) -> AdminAlert:
        known = map(sources.label_of, names)
        return self._trouble("nothing", str(day), day=day, names=", ".join(known))

    def behind(self, day: date, after: timedelta) -> AdminAlert:
        minutes = after // timedelta(minutes=1)
        return self._trouble("behind", str(day), day=day, minutes=minutes)

    def lost_channel(self, name: str) -> AdminAlert:
        return self._trouble("channel", name, name=name)

    def refused(self, post: str, why: str) -> AdminAlert:
        return self._trouble("refused", post, post=post, why=why)

    async def _of_sources(self) -> list[AdminAlert]:
        """Return the sources that failed at each try of the last two days."""
        now, fetches = self.now(), self.fetches
        first, last = [
            {source.source: source.failed for source in await fetches.summary(now - ago)}
            for ago in _BEGAN
        ]
        return [
            self._trouble(
                "source",
                source.source,
                name=sources.label_of(source.source),
                error=source.last_error or "",
            )
            for source in await fetches.summary(now - _ALL_FAILED)
            if source.failed == source.fetches and first[source.source] > last.get(source.source, 0)
        ]

    async def _of_models(self) -> list[AdminAlert]:
        return [
            self._trouble("model", alert.key, what=sentence)
            for alert, sentence in await self.models()
            if alert.kind not in WEATHER
        ]

    async def _of_flags(self) -> list[AdminAlert]:
        """Return the papers that speak to the model."""
        day, papers = await self.flags.latest()
        return [
            self._trouble(
                "flag", f"{day}:{paper_id}", id=paper_id, kind=kind, text=plain(text).text
            )
            for paper_id, (kind, text) in papers.items()
        ]

    def _trouble(self, words: str, subject: str, /, **values: object) -> AdminAlert:
        return AdminAlert(f"{words}:{subject}", WORDS[words](self.language, **values))

    async def _known(self) -> list[str]:
        if self._told is None:
            remembered = await self.key_values.get(_TOLD)
            self._told = json.loads(remembered) if remembered else []
        return self._told
