"""What a reading says, checked against the paper it was made from; pure, and without a model.

bindings        whose number it is and of what, in running text
checker         one statement: its quotes, its numbers, whose numbers they are
claims          a statement taken apart
formulas        whether a formula stands in a document
kinship         whether two numbers may be of one thing
listing         lists that belong together by their order
names           methods, datasets, metrics; and the quantity a number is of ("batch size", "学习率")
numbers         values with their units: "3.2x", "3.2 倍", "1.2M", "31.7 %"
plain           texts without formulas' marks and typography, the same for statement and paper
quotes          where a quotation stands in the paper, word for word
rivals          what a number is the distance from: "0.4 dB over SwinIR"
run_on_tables   tables whose rows a PDF's text has run together
source          a document cut into sentences and table rows, each with its numbers and names
support         when a number of the paper bears out one that is said of it
surroundings    the text or the table around a quotation
tables          which row and column of a table a number stands under
typo_tolerance  differences between a quotation and its source that change no meaning

That a number occurs somewhere proves nothing. "32" stands in every paper; it supports a statement
only where it is said of the same thing.
"""
