"""The edge to Telegram: values in, values or named errors out.

answers       whether an answer is Telegram's, and its result: pure
errors        what can become of a message, sorted by what the sender does about it
messenger     a `Message` on its way to a chat: one attempt
outcomes      what an error of Telegram's means for a message
rate_limiter  the send queue at work, and the bans Telegram imposed
request       python-telegram-bot's HTTP, over aiohttp
send_queue    when the next message may go out, and whose it is: pure
"""
