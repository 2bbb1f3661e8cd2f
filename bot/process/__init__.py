"""The bot process: what is opened, in which order, and how it ends.

bot_profile      commands, description and menu as @BotFather would set them
chat_order       many chats at once, each chat's updates in their order
database_outage  updates that wait while the database is away
error_handler    what happens when a handler has a bug
event_loop       the event loop they run on
polling          long polling, one round at a time
reach            who we are, asked until Telegram answers
serve            receiving, the morning's steps and answers, until told to stop
supervisor       keeps the long-lived tasks going
task_errors      what an error of a long-lived task is
update_queue     what comes in, by polling or webhook
update_shapes    what an update must look like where our code looks at it
webhook          the webhook's port
"""
