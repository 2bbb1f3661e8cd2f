"""The bot process: what is opened, in which order, and how it ends.

office    opens everything Telegram needs on top of `bot.app`'s services; lists COMMANDS
serve     receiving, the morning's steps and answers, until told to stop
supervisor, troubles   keeps long-lived tasks going and says what is the matter; errors in words
polling, webhook       how updates come in
intake, shapes         each update checked, parsed by itself and queued once
loop      the event loop they run on
ordering  many chats at once, each chat's updates in their order
outage    updates that wait while the database is away
problems  what happens when a handler has a bug
setup     commands, description and menu as @BotFather would set them
"""
