"""Pure parsers: what a service sent about a paper, as sections a person could cite.

clean      invisible and control characters out, before anything else looks at a text
outline    headings -> stable section ids; what every parser fills
roles      which part of a paper a section is (method, experiments, ...)
marks      which stretch of a section is Table 4, Figure 2 or Eq. (3)
markdown   Hugging Face's Markdown
latexml    arXiv's HTML, made by LaTeXML
pdf        the PDF, for want of anything better
parsing    which of them reads what
completeness  whether that is the whole paper, a part, or no more than the abstract

Every parser returns `Parsed` or raises `TextUnavailable`, whatever it is fed: texts come from
strangers. None does I/O; a big text costs tenths of a second, so async callers use a thread.
Nothing is imported here: pypdf is heavy, and most papers come as Markdown or HTML.
"""
