"""How much a paper concerns a focus: the free local ranking of all papers. Pure.

aboutness         what a paper is about beside what a reader wants
aversion          topics a reader does not want lower what is about them
background        how common each term is in the field, and which terms keep company: packaged data
batch_ranker      a day ranked for thousands of readers; costs grow with topics, not with readers
calibrate         evidence as odds, odds on the 0-100 scale of the rubric
clusters          when two focuses count as one
exclusions        which words of a wish exclude, in Chinese and English
index             papers counted once, then asked about many interests
local             the free ranking that sees every paper of a day
percentile        where a score stands among the papers of the last month
presets           topics to begin with
pseudo_relevance  the surest papers of a day show the way to their neighbours
reasons           the one sentence that goes with a local score
terms             the paper's own words that matched an interest
topics            what a reader types after /topics: topics wanted and avoided
user_model        likes and dislikes as a ranking (logistic regression)

A model's scores are in `core.judge`. `background.load` and `presets.load` read packaged data.
"""
