"""A made-up paper as LaTeXML page, Markdown or two-column PDF, read back by our own parsers."""

import html
import io

from core.documents.latexml import parse_latexml
from core.documents.markdown import parse_markdown
from core.documents.pdf import parse_pdf
from core.models.values import Document, TextSource
from tests.bench.reading_facts import Paper


def printed(paper: Paper, how: str) -> Document:
    """Return the paper as our parsers read it, from "html", "markdown" or "pdf"."""
    if how == "html":
        parsed, source = parse_latexml(_html(paper)), TextSource.ARXIV_HTML
    elif how == "markdown":
        parsed, source = parse_markdown(_markdown(paper)), TextSource.HF_MARKDOWN
    else:
        parsed, source = parse_pdf(_pdf(paper)), TextSource.PDF
    return Document(paper_id="2603.00001", version=1, source=source, sections=parsed.sections)


def _tex(text: str, *, math: str) -> str:
    parts = text.split("$")
    return "".join(
        math.format(tex=part) if i % 2 else html.escape(part, quote=False)
        for i, part in enumerate(parts)
    )


def _html(paper: Paper) -> str:
    math = '<math class="ltx_Math" alttext="{tex}"><mi>x</mi></math>'
    out = [f'<h1 class="ltx_title ltx_title_document">{paper.title}</h1>']
    opened: list[int] = []
    tables = 0
    for what, block in paper.blocks:
        if what == "head":
            number, title = block  # type: ignore[misc]
            level = number.count(".")
            while opened and opened[-1] >= level:
                opened.pop()
                out.append("</section>")
            opened.append(level)
            name = ("section", "subsection")[level]
            out.append(
                f'<section class="ltx_{name}"><h2 class="ltx_title ltx_title_{name}">'
                f'<span class="ltx_tag ltx_tag_{name}">{number} </span>{title}</h2>'
            )
        elif what == "p":
            out.append(
                f'<div class="ltx_para"><p class="ltx_p">{_tex(str(block), math=math)}</p></div>'
            )
        else:
            caption, heads, rows = block  # type: ignore[misc]
            tables += 1
            lines = "".join(
                '<tr class="ltx_tr">'
                + "".join(f'<td class="ltx_td">{html.escape(cell)}</td>' for cell in row)
                + "</tr>"
                for row in [heads, *rows]
            )
            out.append(
                '<figure class="ltx_table"><figcaption class="ltx_caption">'
                f'<span class="ltx_tag">Table {tables}: </span>{html.escape(caption)}</figcaption>'
                f'<table class="ltx_tabular"><tbody>{lines}</tbody></table></figure>'
            )
    out.extend("</section>" for _ in opened)
    return f'<html><body><article class="ltx_document">{"".join(out)}</article></body></html>'


def _markdown(paper: Paper) -> str:
    out = [f"# {paper.title}"]
    tables = 0
    for what, block in paper.blocks:
        if what == "head":
            number, title = block  # type: ignore[misc]
            out.append(f"{'#' * (2 + number.count('.'))} {number} {title}")
        elif what == "p":
            out.append(str(block))
        else:
            caption, heads, rows = block  # type: ignore[misc]
            tables += 1
            lines = [heads, ["---"] * len(heads), *rows]
            out.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
            out.append(f"Table {tables}: {caption}")
    return "\n\n".join(out)


def _pdf(paper: Paper) -> bytes:
    """Two columns, justified, hyphenated where words are long; tables as lines of cells."""
    from reportlab.lib.pagesizes import letter
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer

    body = ParagraphStyle("body", fontName="Times-Roman", fontSize=9.5, leading=11.5, alignment=4)
    head = ParagraphStyle("head", fontName="Times-Bold", fontSize=11, leading=16)
    small = ParagraphStyle("small", fontName="Times-Roman", fontSize=7.5, leading=9.5)
    math = "{tex}"
    story: list[object] = [Paragraph(paper.title, head)]
    tables = 0
    for what, block in paper.blocks:
        if what == "head":
            number, title = block  # type: ignore[misc]
            story.append(Paragraph(f"{number} {title}", head))
        elif what == "p":
            text = (
                _tex(str(block), math=math)
                .replace(r"\times", "\u00d7")
                .replace("{", "")
                .replace("}", "")
            )
            story += [Paragraph(text, body), Spacer(1, 5)]
        else:
            caption, heads, rows = block  # type: ignore[misc]
            tables += 1
            story.append(Paragraph(f"Table {tables}: {html.escape(caption)}", body))
            story += [Paragraph(html.escape(" ".join(line)), small) for line in [heads, *rows]]
            story.append(Spacer(1, 6))
    out = io.BytesIO()
    template = BaseDocTemplate(out, pagesize=letter)
    width, height = letter
    frames = [Frame(40 + i * (width - 70) / 2, 50, (width - 100) / 2, height - 100) for i in (0, 1)]
    template.addPageTemplates(PageTemplate(frames=frames))
    template.build(story)  # type: ignore[arg-type]
    return out.getvalue()
