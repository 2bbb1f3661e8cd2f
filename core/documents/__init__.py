"""A paper's full text: where it is had, and what its parsers make of it.

clean           invisible and control characters out, before anything else looks at a text
completeness    whether that is the whole paper, a part, or no more than the abstract
full_text       a paper's text
hidden          text a reader of the page would never see must not reach a model either
latexml         arXiv's HTML, made by LaTeXML
latexml_tree    the tree below a LaTeXML page
markdown        Hugging Face's Markdown
marks           which stretch of a section is Table 4, Figure 2 or Eq. (3)
outline         headings -> stable section ids; what every parser fills
parsing         which of them reads what
pdf             the PDF, for want of anything better
pdf_headings    headings in a PDF's lines
pdf_paragraphs  lines of a PDF joined into paragraphs
roles           which part of a paper a section is (method, experiments, ...)
sandbox         texts are parsed aside, in a process that can be stopped and whose memory is

Every parser returns `Parsed` or raises `TextUnavailable`, whatever it is fed: texts come from
strangers. None does I/O; a big text costs tenths of a second, so async callers use a thread.
Nothing is imported here: pypdf is heavy, and most papers come as Markdown or HTML.
"""
