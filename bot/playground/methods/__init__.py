"""The Bot API's methods, each a function of the world and the request's parameters.

chats     looking at chats and their members, and leaving them
messages  sending, editing and deleting messages, answering buttons
params    a request's parameters
photos    sending a photo
profile   the bot's own set-up, which BotFather keeps
updating  how updates get to the bot

A new one is a function in the file it belongs to and a line here. Names are compared without
regard to case, as Telegram does.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.playground.methods import chats, messages, photos, profile, updating
from bot.playground.methods.params import Params
from bot.playground.world import World

Method = Callable[[World, Params], Any | Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    "getMe": profile.get_me,
    "logOut": profile.log_out,
    "close": profile.log_out,
    "getUpdates": updating.get_updates,
    "setWebhook": updating.set_webhook,
    "deleteWebhook": updating.delete_webhook,
    "getWebhookInfo": updating.get_webhook_info,
    "sendMessage": messages.send_message,
    "sendRichMessage": messages.send_rich_message,
    "sendDocument": messages.send_document,
    "sendPhoto": photos.send_photo,
    "copyMessage": messages.copy_message,
    "forwardMessage": messages.forward_message,
    "editMessageText": messages.edit_message_text,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "deleteMessages": messages.delete_messages,
    "sendChatAction": messages.send_chat_action,
    "answerCallbackQuery": messages.answer_callback_query,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatMemberCount": chats.get_chat_member_count,
    "getChatAdministrators": chats.get_chat_administrators,
    "leaveChat": chats.leave_chat,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.setter("name", 64),
    "getMyName": profile.getter("name"),
    "setMyDescription": profile.setter("description", 512),
    "getMyDescription": profile.getter("description"),
    "setMyShortDescription": profile.setter("short_description", 120),
    "getMyShortDescription": profile.getter("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
NAMES: Mapping[str, str] = {name.lower(): name for name in METHODS}
