"""An `Edition` as the files readers know: Markdown, and JSON beside it. No I/O.

escape    outside text made harmless inside Markdown
jsonform  the same digest for machines
markdown  the daily report, and one deep dive
reading   what a reading says beside its statements, the same in a report and in a chat
tex       TeX in titles and sentences, as it prints
words     every sentence a reader sees in them, in Chinese and English
"""
