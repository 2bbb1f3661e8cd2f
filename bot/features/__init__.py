"""What readers and administrators can have done: decisions and calls to the store.

administrators   who may use the bot; telling those who run it
broadcasts       what administrators tell everybody, kept until the last chat has it
deep_dives/      a deep dive for whoever asks: at once, soon, or when budget is back
feedback         what readers say of papers: set, taken back, listed, cleared
feedback_counts  everybody's likes on a group's or channel's buttons, edited now and then
paper_lookup     a paper somebody names: from the store, else from the sources
personal_data    all that is stored of a reader: given out, and deleted
search           papers found by words, in Chinese by their English names too
status           how sources and models are doing; the figures of a day
subscriptions    who gets the digest: joining (and what is shown at once), leaving, choices
topics           what a chat wants: read from words, changed, undone
"""
