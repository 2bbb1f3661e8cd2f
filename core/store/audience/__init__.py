"""Repositories of people and chats: who they are, what they want, what they said.

chat_migration   what moves along when Telegram gives a group another id
chats            the audience: subscribers, groups, channels, and what each chose
feedback         readers' taps under papers, each a fact with its time
lists            each reader's own list of a day
personal_data    all of one person: given out, deleted, not brought back
reader_requests  what readers were promised an answer to, each row with a lease
topic_meanings   what topics outside the glossary mean: asked once, for everybody
usage            what is limited a day, counted in the transaction that allows it
"""
