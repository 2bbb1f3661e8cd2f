"""Sending, editing and deleting messages, answering buttons."""

from bot.playground import refusals
from bot.playground.methods.params import Json, Params
from bot.playground.people import Chat
from bot.playground.posting import Posting
from bot.playground.refusals import Refusal, bad
from bot.playground.validate import MAX_RICH, keyboard, length, refuse_markup
from bot.playground.world import File, World

QUERY_LIVES = 60
"""Seconds in which a tap can be answered (Telegram says no number; its apps give up sooner)."""
MAX_TOAST = 200
MAX_CAPTION = 1024
_RECORDED = ("video", "voice", "video_note")
ACTIONS = frozenset(
    ["typing", "choose_sticker", "find_location", "upload_photo", "upload_document"]
    + [f"{act}_{what}" for act in ("record", "upload") for what in _RECORDED]
)


def send_message(world: World, params: Params) -> Json:
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    content = _text(posting, params) | shown_keyboard(params)
    return send(posting, chat, content, params)


def send_rich_message(world: World, params: Params) -> Json:
    """Send a rich message; a server from before Bot API 10.1 has no such method."""
    posting = Posting(world)
    content = _rich(world, params) | shown_keyboard(params)
    return send(posting, posting.reachable(params.chat()), content, params)


def send_document(world: World, params: Params) -> Json:
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    file = uploaded(params, "document", refusals.NO_DOCUMENT)
    if not file.content:
        raise bad(refusals.EMPTY_FILE)
    document = {
        "file_id": world.keep_file(file),
        "file_unique_id": f"unique{len(world.files)}",
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.content),
    }
    content: Json = {"document": document} | shown_keyboard(params)
    if caption := params.text("caption"):
        if length(caption) > MAX_CAPTION:
            raise bad(refusals.CAPTION_TOO_LONG)
        content["caption"] = caption
    return send(posting, chat, content, params)


def uploaded(params: Params, field: str, missing: str) -> File:
    """Return the file a request came with, named directly or as attach://name."""
    value = params.values.get(field)
    if isinstance(value, str) and value.startswith("attach://"):
        value = params.values.get(value.removeprefix("attach://"))
    if not isinstance(value, File):
        raise bad(missing)
    return value


def edit_message_text(world: World, params: Params) -> Json:
    """Put another text (or rich message) and keyboard in a message's place."""
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    is_rich = params.json("rich_message") is not None
    content = _rich(world, params) if is_rich else _text(posting, params)
    return posting.edit(chat, params.needed("message_id"), content | shown_keyboard(params))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    message_id = params.needed("message_id")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad(refusals.EDIT_NOT_FOUND)
    kept = {name: message[name] for name in _TEXT if name in message}
    return posting.edit(chat, message_id, kept | shown_keyboard(params))


def delete_message(world: World, params: Params) -> bool:
    posting = Posting(world)
    posting.delete(posting.reachable(params.chat()), params.needed("message_id"))
    return True


def delete_messages(world: World, params: Params) -> bool:
    """Take several away; those that are gone already do not matter."""
    posting = Posting(world)
    chat = posting.reachable(params.chat())
    for message_id in params.json("message_ids") or ():
        if message_id in chat.messages:
            posting.delete(chat, message_id)
    return True


def copy_message(world: World, params: Params) -> Json:
    posting = Posting(world)
    source = world.chat(_from_chat(params))
    original = source.messages.get(params.needed("message_id"))
    if original is None:
        raise bad("message to copy not found")
    kept = {name: original[name] for name in _SAID if name in original}
    sent = send(posting, posting.reachable(params.chat()), kept | shown_keyboard(params), params)
    return {"message_id": sent["message_id"]}


def forward_message(world: World, params: Params) -> Json:
    posting = Posting(world)
    source = world.chat(_from_chat(params))
    original = source.messages.get(params.needed("message_id"))
    if original is None:
        raise bad(refusals.FORWARD_NOT_FOUND)
    content = {name: original[name] for name in _SAID if name in original}
    content["forward_origin"] = _origin(original, source)
    return send(posting, posting.reachable(params.chat()), content, params)


def send_chat_action(world: World, params: Params) -> bool:
    action = params.text("action")
    if action not in ACTIONS:
        raise bad(refusals.WRONG_ACTION)
    chat = Posting(world).reachable(params.chat())
    world.events.tell("action", chat.id, text=action)
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """Answer a tap, with a toast, an alert or a link."""
    query = world.queries.get(params.text("callback_query_id") or "")
    if query is None or world.clock.timestamp() - query.at > QUERY_LIVES:
        raise bad(refusals.QUERY_TOO_OLD)
    text = params.text("text") or ""
    if length(text) > MAX_TOAST:
        raise bad("MESSAGE_TOO_LONG")
    world.record.taps.append(world.clock.monotonic() - query.began)
    world.events.tell(
        "answer",
        query.chat_id,
        user_id=query.user_id,
        text=text,
        alert=params.flag("show_alert"),
        url=params.text("url"),
    )
    return True


_TEXT = ("text", "entities", "link_preview_options", "rich_message")
_SAID = (*_TEXT, "photo", "document", "caption", "caption_entities")


def send(posting: Posting, chat: Chat, content: Json, params: Params) -> Json:
    reply = params.object("reply_parameters")
    if reply is None and (replied := params.number("reply_to_message_id")) is not None:
        reply = {"message_id": replied}
    if params.flag("protect_content"):
        content["has_protected_content"] = True
    return posting.send(chat, content, thread_id=params.number("message_thread_id"), reply=reply)


def _text(posting: Posting, params: Params) -> Json:
    text = params.text("text") or ""
    if parse_mode := params.text("parse_mode"):
        refuse_markup(text, parse_mode)
    content = posting.content(text, params.objects("entities"))
    if preview := params.object("link_preview_options"):
        content["link_preview_options"] = preview
    return content


def _rich(world: World, params: Params) -> Json:
    if not world.takes_rich:
        raise Refusal(404, refusals.NOT_FOUND)
    rich = params.object("rich_message") or {}
    text = rich.get("html") or rich.get("markdown")
    if not isinstance(text, str) or not text.strip():
        raise bad(refusals.EMPTY)
    if len(text) > MAX_RICH:
        raise bad(refusals.TOO_LONG)
    return {"rich_message": rich}


def shown_keyboard(params: Params) -> Json:
    """Return the keyboard part of a message; nothing without one."""
    markup = params.json("reply_markup")
    shown = None if markup is None else keyboard(markup)
    return {} if shown is None else {"reply_markup": shown}


def _from_chat(params: Params) -> int | str:
    return Params({"chat_id": params.values.get("from_chat_id")}).chat()


def _origin(message: Json, chat: Chat) -> Json:
    if chat.type == "channel":
        return {
            "type": "channel",
            "chat": chat.json,
            "message_id": message["message_id"],
            "date": message["date"],
        }
    return {"type": "user", "sender_user": message["from"], "date": message["date"]}
