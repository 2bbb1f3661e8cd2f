"""Words, sentences, languages, links and the field's glossary. Pure.

glossary   what an interest also means
language   whether a text is written in a language, judged by its letters
links      links in foreign words
loops      what a model says over and over, said once
sentences  sentences of scientific prose, in English and Chinese
visible    characters nobody sees, out of every outside text before it is parsed, shown or sent to
words      words of papers and interests, and how one string becomes a focus
"""
