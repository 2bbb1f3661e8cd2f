"""A paper's full text: where it is had, and what its parsers make of it.

clean           invisible and control characters out, before anything looks at a text
completeness    whether a text is the whole paper, a part, or no more than the abstract
flaws           what a text lacks: tables, formulas, sections' numbers
full_text       a paper's text: the best of HTML, PDF, Markdown and abstract
hidden          text that readers of a page would never see, kept from the model as well
latexml         arXiv's HTML, made by LaTeXML
latexml_cells   the cells of its tables, laid out
latexml_tables  its tables as rows that can be read alone
latexml_tree    the tree below a LaTeXML page
markdown        Hugging Face's Markdown, or a converter's of a PDF
markdown_formulas  formulas in Markdown: found among prices, kept, said once
markdown_tables Markdown's tables, pipes or HTML, put right
marks           which stretch of a section is Table 4, Figure 2 or Eq. (3)
outline         headings made stable section ids; every parser fills one
parsing         which parser reads which kind of text
pdf             a PDF's sections
pdf_headings    headings in a PDF, told by how they are set and numbered
pdf_lines       a PDF page's words as lines in reading order
pdf_margins     what repeats at a PDF's page edges
pdf_paragraphs  lines of a PDF joined into paragraphs
pdf_table_rows  a table's words in rows and columns
pdf_tables      tables on a PDF's page as Markdown rows
pdf_words       a PDF's words where they stand
places          a paper's text from one place: fetched, parsed, believed or not
roles           which part of a paper a section is (method, experiments, ...)
sandbox         parsing in a process that can be stopped and whose memory is bounded

Every parser returns `Parsed` or raises `TextUnavailable`, whatever it is fed: texts come from
strangers. Parsers do no I/O; only `places` (it fetches), `full_text` (it asks them) and `sandbox`
(it starts processes) do. Nothing is imported here: PDFium is heavy, and most papers come as HTML.
"""
