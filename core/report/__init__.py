"""An `Edition` as the files readers know: Markdown, and JSON beside it. No I/O.

escape    outside text made harmless inside Markdown
formulas  a formula's TeX as characters, or not at all
jsonform  an edition as JSON, for machines
markdown  an edition as Markdown, and one deep dive
outcomes  how a line of the results says who wins
places    where a statement stands in the paper, in short
reading   the parts of a deep dive beside its statements, for reports and chats alike
tex       TeX in titles and sentences as the characters it prints, else as code
tex_signs what TeX's commands print
words     what reports say: notes, counts, why a paper was chosen
"""
