"""What readers and administrators can have done: decisions and calls to the store.

access           who may use the bot, and who administers it
administrators   telling the administrators something once
broadcasts       what administrators tell everybody
deep_dives/      a deep dive for whoever asks: at once, soon, or when the budget is back
feedback         what readers say of papers: set, taken back, listed, cleared
feedback_counts  everybody's likes on the buttons of a group's or channel's message, edited now
first_post       the newest list, sent to whoever subscribes
paper_lookup     a paper somebody names
personal_data    all that is stored of a reader: given out, and deleted
search           finding papers by words, also by the English names of what is asked for in
status           how sources and models are doing; the figures of a day
subscriptions    who gets the digest: joining, leaving, coming back, choices
topics           what a chat wants: read from words, changed, understood by a model
"""
