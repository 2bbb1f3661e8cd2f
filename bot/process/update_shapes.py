"""What an update must look like where our code looks at it.

The library builds its objects from whatever it gets: an id that is a list, or a text that is a
number, would fail far inside, in a handler. What is checked here can be relied on there.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _is_text(value: str) -> str:
    value.encode()  # half a surrogate pair is a `str`, but cannot be sent or stored
    return value


Text = Annotated[str, AfterValidator(_is_text)]
Id = Annotated[int, Field(gt=-(2**53), lt=2**53)]
Moment = Annotated[int, Field(ge=0, lt=2**33)]


class Shape(BaseModel):
    """A part of an update; what is not named is not looked at."""

    model_config = ConfigDict(strict=True, extra="ignore")


class UserShape(Shape):
    id: Id
    is_bot: bool
    first_name: Text
    last_name: Text | None = None
    username: Text | None = None
    language_code: Text | None = None


class ChatShape(Shape):
    id: Id
    type: Text
    title: Text | None = None
    username: Text | None = None
    first_name: Text | None = None


class EntityShape(Shape):
    type: Text
    offset: Annotated[int, Field(ge=0, lt=2**31)]
    length: Annotated[int, Field(ge=0, lt=2**31)]
    url: Text | None = None


class MessageShape(Shape):
    """A message, or one that cannot be read any more (its date is 0)."""

    message_id: Id
    date: Moment
    chat: ChatShape
    sender: Annotated[UserShape | None, Field(alias="from")] = None
    sender_chat: ChatShape | None = None
    text: Text | None = None
    caption: Text | None = None
    entities: list[EntityShape] | None = None
    caption_entities: list[EntityShape] | None = None
    message_thread_id: Id | None = None
    is_topic_message: bool | None = None
    reply_to_message: "MessageShape | None" = None
    migrate_to_chat_id: Id | None = None
    migrate_from_chat_id: Id | None = None


class CallbackQuery(Shape):
    id: Text
    sender: Annotated[UserShape, Field(alias="from")]
    message: MessageShape | None = None
    data: Text | None = None


class Member(Shape):
    user: UserShape
    status: Text


class MemberChange(Shape):
    chat: ChatShape
    sender: Annotated[UserShape, Field(alias="from")]
    date: Moment
    old_chat_member: Member
    new_chat_member: Member


class UpdateShape(Shape):
    """An update of the kinds we ask for; one of another kind has none of these."""

    update_id: Annotated[Id, Field(ge=0)]
    message: MessageShape | None = None
    edited_message: MessageShape | None = None
    channel_post: MessageShape | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MemberChange | None = None


KINDS = tuple(name for name in UpdateShape.model_fields if name != "update_id")
"""What Telegram is asked to send; edited messages and channel posts are passed over by design."""
