"""A small Telegram on loopback: the Bot API on one side, a chat page for people on the other.

actions   what people do: talk, tap, block, add the bot, move the clock
api       `/bot{token}/{method}`
clock     the world's time
detect    the entities Telegram finds in plain text by itself
events    what the chat page is told, and waking those who wait for it
flood     limits and bans
guard     whom the server answers: no other web page
methods/  one function per Bot API method
page_api  / and /play/...: the chat page and what it asks for
people    users, chats, topics and the bot, with the JSON the Bot API shows of them
posting   what the bot does to chats: send, edit, delete, with Telegram's refusals
refusals  telegram's refusals, in its own words (tests/data/telegram has captured ones)
server    the playground, served
updates   the queue the bot polls
validate  texts, entities and keyboards as Telegram takes them (`detect`: links in plain text)
world     who is there and what was said: a plain object, all in memory, made by arguments

The real bot talks to it through `TELEGRAM_API_URL`; the tests use it as their Telegram.
"""
