"""How much a paper concerns a focus: locally for all papers, by a model for the shortlist.

aboutness         what a paper is about beside what a reader wants
aversion          what a reader does not want
background        what is usual in the field: document frequencies and term vectors, packaged
batch_ranker      a day's papers ranked for thousands of readers at once, at a price that grows
calibrate         from evidence to the 0-100 scale of the rubric
clusters          when two focuses count as one
exclusions        which words of a wish exclude, in Chinese and English
index             papers counted once, and the evidence they hold for an interest
local             the free ranking that sees every paper of a day
percentile        where a score stands among the papers of the last month
presets           topics to begin with
pseudo_relevance  what the surest papers of a list have in common
reasons           the one sentence that goes with a local score
terms             the paper's own words that matched
topics            what a reader types after /topics: topics wanted and avoided
user_model        what likes and dislikes say about papers

All but `judge` is pure; the packaged data is read by `background.load` and `expansion.load`.
"""
