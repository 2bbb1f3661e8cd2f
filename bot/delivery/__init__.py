"""From "who is owed what" to "sent", through the ledger.

courier       brings posts to chats, each message once; edits what was sent
group_commit  the ledger's changes of many workers, in one transaction
post          what a chat gets of a day, and what became of it
refusals      what a push believes of chats that refuse, and of Telegram itself
worker_pool   many workers on one stream of items, who stop in good order
"""
