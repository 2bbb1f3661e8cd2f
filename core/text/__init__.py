"""Words, sentences, languages, links and the field's glossary. Pure.

glossary   what an interest also means, in Chinese and English
headline   one line that says what a paper did: short enough for a phone, or none
language   whether a text is written in a language, judged by its letters
links      links in outside texts: only the paper's own may work
loops      what a model says over and over, said once
portraits  what papers about a topic look like: terms and made-up abstracts
sentences  sentences of scientific prose
visible    characters nobody sees, taken out of every outside text
words      words of papers and interests, and how a string becomes a focus
"""
