"""The bot process: what is opened, in which order, and how it ends.

office    opens everything Telegram needs on top of `bot.app`'s services; lists COMMANDS
serve     polling or webhook and the scheduler, until told to stop
loop      the event loop they run on
ordering  many chats at once, each chat's updates in their order
problems  what happens when a handler has a bug
setup     commands, description and menu as @BotFather would set them
"""
