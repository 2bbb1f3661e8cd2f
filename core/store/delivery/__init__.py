"""Repositories of sending.

deliveries     the ledger: a row a chat, post and part, written before the attempt
telegram_bans  until when Telegram told us to wait, remembered across restarts
"""
