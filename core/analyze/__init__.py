"""Reading a paper: from its text to the four sections of a deep dive.

amended         statements after a second look: kept, put right, or left out
check/          what a reading says, checked against the paper it was made from
cues            phrases by which authors announce a contribution, a method, a limit, a finding
deep_dives      one paper's deep dive, from the store or made once for all who ask
extract         a deep dive without a model: the paper's own sentences, quoted as such
fit             a document cut to a token budget, section by section
judgements      what a second look says of each statement, and which of it counts
local_takeaway  a takeaway without a model: the interests a paper names, and in which words
losses          which statements claim a win where the results have a loss
measures        how near a sentence is to its paper and to the interests
model_reader    a deep dive by a model: one structured question, its answer checked
paper_texts     a paper's text, from the store or fetched once
passages        the paper's sentences nearest to a question: an answer without a model
questions       a reader's question, answered from one paper's text alone
quotable        which sentences of a paper may be quoted
schema          what a model fills in: statements, each with its quotation and place
second_look     a model holds what was stated against the paper's own words
shown           what of a paper a second look is shown
stored_readings readings and the quotes that stand in for them, as they are stored
takeaways       what a focus can do with a paper that was read: a small question
verify          a reading held against the paper: what is kept, what is marked, what goes
wording         what may stand as a statement, and which section a place means
"""
