"""How much a paper concerns a focus: locally for all papers, by a model for the shortlist.

text         words, their normal form, and how one string becomes a focus
expansion    the glossary: what an interest also means, in English and Chinese
clusters     when two focuses count as one
background   what is usual in the field: document frequencies and term vectors, packaged
index        papers counted once, and the evidence they hold for an interest
local        the free ranking that sees every paper of a day
calibrate    from evidence to the 0-100 scale of the rubric
feedback     what the surest papers of a list have in common
taste        what likes and dislikes say about papers
terms        the paper's own words that matched
reasons      the one sentence that goes with a local score
batches      a list in as few questions as limits allow
answers      what a model said, item by item
grounds      whether title and abstract bear out what a reason says
judge        the model's scores for the shortlist
anchors      papers scored before, shown to the model again for scale
isolation    how far a paper's text may move its own score and others'
pick         threshold and cap
topics       what a reader types after /topics: topics wanted and avoided
exclusions   which words of a wish exclude, in Chinese and English
understanding  a model's word on it, believed as far as the reader's words hold it
standing     where a score stands among the papers of the last month

All but `judge` is pure; the packaged data is read by `background.load` and `expansion.load`.
"""
