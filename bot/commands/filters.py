"""Which messages are said to the bot.

Not those: edited ones (a typo mended in a command would run it twice), channel posts, and what
Telegram forwards by itself from a channel into its discussion group.
"""

from telegram.ext import filters

SAID = filters.UpdateType.MESSAGE & ~filters.ChatType.CHANNEL & ~filters.IS_AUTOMATIC_FORWARD
TO_ME = SAID & filters.ChatType.PRIVATE
