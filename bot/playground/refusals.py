"""Telegram's refusals, in its own words (`tests/data/telegram` has captured ones)."""

from collections.abc import Mapping

JSON = dict[str, object]


class Refusal(Exception):
    """The method is answered with an error: `status` is both the HTTP status and `error_code`."""

    def __init__(self, status: int, said: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(said)
        self.status = status
        self.parameters = parameters

    @property
    def body(self) -> JSON:
        body: JSON = {"ok": False, "error_code": self.status, "description": str(self)}
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


UNAUTHORIZED = "Unauthorized"
NOT_FOUND = "Not Found"

CHAT_NOT_FOUND = "Bad Request: chat not found"
USER_NOT_FOUND = "Bad Request: user not found"
EMPTY = "Bad Request: message text is empty"
TOO_LONG = "Bad Request: message is too long"
EMPTY_FILE = "Bad Request: file must be non-empty"
NO_DOCUMENT = "Bad Request: there is no document in the request"
NO_PHOTO = "Bad Request: there is no photo in the request"
WRONG_FILE_ID = "Bad Request: wrong remote file identifier specified: Wrong string length"
PHOTO_TOO_BIG = "Bad Request: file is too big for a photo"
PHOTO_DIMENSIONS = "Bad Request: PHOTO_INVALID_DIMENSIONS"
NOT_AN_IMAGE = "Bad Request: IMAGE_PROCESS_FAILED"
CAPTION_TOO_LONG = "Bad Request: message caption is too long"
THREAD_NOT_FOUND = "Bad Request: message thread not found"
TOPIC_CLOSED = "Bad Request: TOPIC_CLOSED"
REPLY_NOT_FOUND = "Bad Request: message to be replied not found"
NO_RIGHT_TO_SEND = "Bad Request: not enough rights to send text messages to the chat"
NO_RIGHT_IN_CHANNEL = "Bad Request: need administrator rights in the channel chat"
GROUP_UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"
BUTTON_URL = "Bad Request: BUTTON_URL_INVALID"
BUTTON_DATA = "Bad Request: BUTTON_DATA_INVALID"
TOO_MANY_BUTTONS = "Bad Request: reply markup is too long"
BUTTON_TEXT = "Bad Request: inline keyboard button text must be non-empty"
BUTTON_ACTION = "Bad Request: text buttons are unallowed in the inline keyboard"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are"
    " exactly the same as a current content and reply markup of the message"
)
EDIT_NOT_FOUND = "Bad Request: message to edit not found"
CANT_EDIT = "Bad Request: message can't be edited"
DELETE_NOT_FOUND = "Bad Request: message to delete not found"
CANT_DELETE = "Bad Request: message can't be deleted"
FORWARD_NOT_FOUND = "Bad Request: message to forward not found"
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
WRONG_ACTION = "Bad Request: wrong parameter action in request"

BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
CANT_INITIATE = "Forbidden: bot can't initiate conversation with a user"
TO_BOTS = "Forbidden: bot can't send messages to bots"

OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is"
    " running"
)


def kicked(kind: str) -> Refusal:
    """Refuse: the bot was thrown out of the group, supergroup or channel."""
    return Refusal(403, f"Forbidden: bot was kicked from the {kind} chat")


def not_member(kind: str) -> Refusal:
    """Refuse: the bot is not in the group, supergroup or channel."""
    return Refusal(403, f"Forbidden: bot is not a member of the {kind} chat")


def upgraded(new_id: int) -> Refusal:
    return Refusal(400, GROUP_UPGRADED, {"migrate_to_chat_id": new_id})


def too_many_requests(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def bad(said: str) -> Refusal:
    """Refuse a request that is wrong in itself; `said` may come without the prefix."""
    return Refusal(400, said if said.startswith("Bad Request") else f"Bad Request: {said}")


def forbidden(said: str) -> Refusal:
    return Refusal(403, said)
