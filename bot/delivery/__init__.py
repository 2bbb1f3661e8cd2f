"""From "who is owed what" to "sent", through the ledger.

courier       delivers posts, and amends what was sent
group_commit  the ledger's changes of many workers, committed together
post          what goes to a chat, and what became of it
probe         whether Telegram takes messages at the moment
refusals      what a push believes of the chats that cannot be written to: pure
worker_pool   many workers on one stream of items, who stop in good order
"""
