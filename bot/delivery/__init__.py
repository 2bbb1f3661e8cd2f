"""From "who is owed what" to "sent", through the ledger.

post      what goes to a chat, and what became of it
book      the ledger's changes of many workers, committed together
probe     whether Telegram takes messages at the moment
refusals  what a push believes of the chats that cannot be written to: pure
courier   delivers posts, and amends what was sent
"""
