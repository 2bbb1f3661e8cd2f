"""What a reading says, checked against the paper it was made from; pure, and without a model.

bindings        whose number it is and of what, in running text
checker         one statement: its quotes, its numbers, whose numbers they are
claims          a statement taken apart
formulas        whether a formula stands in a document
kinship         whether two numbers may be of one thing
listing         lists that belong together by their order
names           methods, datasets, metrics; the quantity a number is of ("batch size", "学习率")
numbers         "3.2x", "3.2 倍", "1.2M", "31.7 %": values with their units; `support`: when
plain           formulas and typography out of the way, the same for both sides
quotes          where a quotation stands, word for word; `slips`: which differences are harmless
rivals          what a number is the distance from: "0.4 dB over SwinIR"
run_on_tables   tables that a PDF's text has lost
source          a document cut into sentences and table rows, each with its numbers and names
support         when a number of the paper bears out one that is said of it
tables          the same in tables; `glued` finds those a PDF's text has run together
typo_tolerance  differences between a quotation and its source that change no meaning

That a number occurs somewhere proves nothing. "32" stands in every paper; it supports a statement
only where it is said of the same thing.
"""
