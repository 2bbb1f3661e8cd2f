"""A small Telegram on loopback: the Bot API on one side, a chat page for people on the other.

The real bot talks to it through `TELEGRAM_API_URL`; the tests use it as their Telegram.

    world     who is there and what was said: a plain object, all in memory, made by arguments
    people    users, chats, topics and the bot, with the JSON the Bot API shows of them
    actions   what people do: talk, tap, block, add the bot, move the clock
    posting   what the bot does to chats: send, edit, delete, with Telegram's refusals
    validate  texts, entities and keyboards as Telegram takes them (`detect`: links in plain text)
    flood     limits and bans; faults: errors on demand; refusals: Telegram's words
    updates   the queue the bot polls; webhooks: the same, brought to the bot
    methods/  one function per Bot API method
    guard     whom the server answers: no other web page
    api       `/bot{token}/{method}`; page_api: `/play/...`; server: both, served
"""
