"""What a reading says, checked against the paper it was made from; pure, and without a model.

plain       formulas and typography out of the way, the same for both sides
numbers     "3.2x", "3.2 倍", "1.2M", "31.7 %": values with their units; `support`: when
            one of the paper's bears out one that is said of it
names       methods, datasets, metrics; the quantity a number is of ("batch size", "学习率")
bindings    whose number it is and of what, in running text
listing     lists that belong together by their order
rivals      what a number is the distance from: "0.4 dB over SwinIR"
tables      the same in tables; `glued` finds those a PDF's text has run together
source      a document cut into sentences and table rows, each with its numbers and names
quotes      where a quotation stands, word for word; `slips`: which differences are harmless
claims      a statement taken apart
kinship     whether two numbers may be of one thing
check       one statement: its quotes, its numbers, whose numbers they are

What a newcomer would get wrong: that a number occurs somewhere proves nothing. "32" stands in
every paper; it supports a statement only where it is said of the same thing.
"""
