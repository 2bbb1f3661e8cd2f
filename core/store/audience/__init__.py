"""Repositories of people and chats: who they are, what they want, what they said.

chat_migration   what follows a group that Telegram gave another id
chats            the audience
feedback         what readers think of papers
forgotten_users  people of whom nothing is known any more
lists            each reader's own list of a day
personal_data    all that is stored of one person
reader_requests  what readers asked for and were promised an answer to
topic_meanings   what topics mean that the glossary does not know
usage            what is limited a day, counted in the transaction that allows it
"""
