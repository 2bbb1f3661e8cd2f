"""The edge to Telegram: values in, values or named errors out.

answers   whether an answer is Telegram's, and its result: pure
request   python-telegram-bot's HTTP, over aiohttp
schedule  when the next message may go out, and whose it is: pure
pace      the schedule at work, and the bans Telegram imposed
outcomes  what an error of Telegram's means for a message
outbox    a `Message` on its way to a chat, once
"""
