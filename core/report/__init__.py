"""An `Edition` as the files readers know: Markdown, and JSON beside it. No I/O.

words      every sentence a reader sees in them, in Chinese and English
tex        TeX in titles and sentences, as it prints
escape     outside text made harmless inside Markdown
markdown   the daily report, and one deep dive
jsonform   the same digest for machines
"""
