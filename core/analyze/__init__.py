"""Reading a paper: from its text to the four sections of a deep dive.

check/          what a reading says, checked against the paper it was made from
cues            the phrases by which authors announce a contribution, a method, a limit, a finding
deep_dives      one paper's deep dive, from the store or made once
extract         without a model: the paper's own sentences, quoted as such
fit             a document cut to a token budget, by section
local_takeaway  the same without a model: which interests a paper names, and in which words
measures        what is computed for a sentence beside its words
model_reader    a model's reading: one structured call, and a second for what was not found
passages        the same without a model: the paper's nearest sentences
questions       a reader's question, answered from one paper's text alone
quotable        which sentences of a paper may be quoted
schema          what a model fills in: statements, each with its quotation and place
takeaways       what each focus can do with a paper that was read: a small question
verify          a reading held against the paper: what is kept, what is marked, what goes
wording         what may stand as a statement
"""
