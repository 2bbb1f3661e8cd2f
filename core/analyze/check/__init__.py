"""What a reading says, held against the paper by rules; pure, and without a model.

checker         one statement: its quotations and its numbers stand in the paper
formulas        whether a formula stands in a document
names           proper names; the words that heads, rows and captions are compared by
numbers         values with their units: "3.2x", "3.2 倍", "1.2M"; when one bears out another
plain           texts without formulas' marks and typography, the same for statement and paper
quotes          where a quotation stands in the paper, word for word
results         one line of results, in its table: this row, this column, this value
source          a document ready to be checked against
surroundings    the text or the table around a quotation
tables          what each cell's row and column say it is

Rules know where a number stands, not what it is said of: that is the second look's business.
"""
