"""The bot process: how updates come in, what goes on beside, and how it ends.

bot_profile      commands, description and menu as @BotFather would set them
chat_order       many chats at once, each chat's updates in order
database_outage  updates wait while the database is away
error_handler    what happens when a handler has a bug
polling          long polling, one round at a time
reach            who we are, asked until Telegram answers
serve            `Bot` and `serve`: receiving, the daily steps, answers, until told to stop
supervisor       keeps the long-lived tasks going, and tells when one fails
task_errors      what kind of error a long-lived task met (pure)
update_queue     what comes in, parsed one by one
update_shapes    what an update must look like where our code looks at it
webhook          the webhook's port: who is not Telegram is turned away
"""
