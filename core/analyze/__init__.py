"""Reading a paper: from its text to the four sections of a deep dive.

documents/  a paper's HTML, PDF or Markdown -> `Document`, sections with stable ids; no I/O
fit         a document cut to a token budget, by section
sentences   where a sentence ends, among formulas and abbreviations
schema      what a model fills in: statements, each with its quotation and place
reader      a model's reading: one structured call, and a second for what was not found
verify      a reading held against the paper: what is kept, what is marked, what goes
evidence/   the checker: quotations, numbers, and whose numbers they are; no I/O
wording     what may stand as a statement
loops       what a model says over and over, said once
asking      a reader's question, answered from one paper's text alone
passages    the same without a model: the paper's nearest sentences
language    whether a text is in the language asked for
extract     without a model: the paper's own sentences, quoted as such
takeaways   what each focus can do with a paper that was read: a small question
touching    the same without a model: which interests a paper names, and in which words
desk        one paper's deep dive, from the store or made once
"""
