"""Who is there: users, the bot, chats with their topics, and the JSON the Bot API shows of them.

A private chat has its user's id, as in the Bot API. Message ids are counted in each chat apart, as
Telegram does in supergroups and channels: code that mixes chats up is found out.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
Standing = Literal["administrator", "member", "restricted", "left", "kicked"]

ANONYMOUS_ADMIN_ID = 1087968824
"""Telegram's own account behind which a group's anonymous admins write."""


@dataclass
class User:
    id: int
    name: str
    language_code: str = "zh"
    username: str | None = None
    is_admin: bool = False
    """One of the bot's admins (a note for the page)."""
    has_started: bool = False
    """Has ever written to the bot: a bot cannot begin."""
    has_blocked: bool = False
    is_deactivated: bool = False

    @property
    def json(self) -> Json:
        shown: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            shown["username"] = self.username
        return shown | {"language_code": self.language_code}


@dataclass
class BotAccount:
    """The bot, as BotFather and its own calls have set it up; texts are by language code."""

    token: str
    username: str = "paperboy_bot"
    id: int = 7_000_000_001
    names: dict[str, str] = field(default_factory=lambda: {"": "论文日报"})
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """(scope as JSON, language code) -> commands."""
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    reads_all: bool = False
    """Privacy mode off: sees all that is said in groups where it is no admin."""

    json: Json = field(init=False)
    """The Bot API's User; made once, for it is in every message."""

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Make `json` again, after a change of name."""
        self.json = {
            "id": self.id,
            "is_bot": True,
            "first_name": self.names[""],
            "username": self.username,
        }


@dataclass
class Topic:
    id: int
    name: str
    is_closed: bool = False


@dataclass
class Chat:
    id: int
    type: ChatType
    title: str
    username: str | None = None
    members: set[int] = field(default_factory=set)
    """Users; a channel may be read by everybody."""
    admins: set[int] = field(default_factory=set)
    topics: dict[int, Topic] = field(default_factory=dict)
    bot: Standing = "member"
    """The bot's standing here; in a private chat the user's `has_blocked` counts instead."""
    migrated_to: int | None = None
    keeps: int = 1000
    """Messages it remembers, the newest."""
    messages: dict[int, Json] = field(default_factory=dict)
    """The Bot API's Messages by id, oldest first. Replaced when edited, never changed."""
    by_bot: set[int] = field(default_factory=set)
    """Ids of those of `messages` the bot has written."""
    sent: deque[Json] = field(default_factory=deque)
    """What the bot has sent, in order, as it was at first."""
    last_id: int = 0
    asked_at: float | None = None
    """When a user last wrote, until the bot answers."""
    json: Json = field(init=False)
    """The Bot API's Chat; made once, for it is in every message."""

    def __post_init__(self) -> None:
        self.sent = deque(self.sent, maxlen=self.keeps)
        self.refresh()

    def refresh(self) -> None:
        """Make `json` again, after a change of name or topics."""
        name = "first_name" if self.type == "private" else "title"
        self.json = {"id": self.id, "type": self.type, name: self.title}
        if self.username:
            self.json["username"] = self.username
        if self.topics:
            self.json["is_forum"] = True

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    def add(self, message: Json) -> None:
        self.messages[message["message_id"]] = message
        if len(self.messages) > self.keeps:
            oldest = next(iter(self.messages))
            del self.messages[oldest]
            self.by_bot.discard(oldest)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id


_ADMIN = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
    " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories"
    " can_delete_stories"
)
_RESTRICTED = (
    "can_change_info can_invite_users can_pin_messages can_send_messages can_send_polls"
    " can_send_other_messages can_add_web_page_previews can_manage_topics can_send_audios"
    " can_send_documents can_send_photos can_send_videos can_send_video_notes"
    " can_send_voice_notes can_react_to_messages can_edit_tag"
)


def member_json(user: Mapping[str, Any], standing: str, chat_type: ChatType) -> Json:
    """Return the Bot API's ChatMember; `standing` may also be "creator"."""
    shown: Json = {"user": user, "status": standing}
    if standing == "creator":
        return shown | {"is_anonymous": False}
    if standing == "administrator":
        shown |= {"can_be_edited": False, "is_anonymous": False}
        shown |= dict.fromkeys(_ADMIN.split(), True)
        if chat_type == "channel":
            shown |= {"can_post_messages": True, "can_edit_messages": True}
        return shown
    if standing == "restricted":
        return (
            shown | {"is_member": True, "until_date": 0} | dict.fromkeys(_RESTRICTED.split(), False)
        )
    return shown | {"until_date": 0} if standing == "kicked" else shown
