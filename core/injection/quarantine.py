"""Papers and documents as a model may see them: without the sentences that speak to it. Pure.

What readers see and what is stored stays the paper's own text.
"""

from core.injection.detect import Passage, addressed, quarantined
from core.models.values import Document, Paper, Section


def passages(paper: Paper) -> tuple[Passage, ...]:
    """Return what a paper's title and abstract say to a model, mentions left out."""
    found = (*addressed(paper.title), *addressed(paper.abstract))
    return tuple(passage for passage in found if not passage.is_mention)


def passages_in(document: Document) -> tuple[Passage, ...]:
    """Return what a paper's text says to a model, mentions left out."""
    found = (one for section in document.sections for one in addressed(section.text))
    return tuple(passage for passage in found if not passage.is_mention)


def quarantined_paper(paper: Paper) -> Paper:
    title, abstract = quarantined(paper.title).text, quarantined(paper.abstract).text
    if (title, abstract) == (paper.title, paper.abstract):
        return paper
    return paper.model_copy(update={"title": title, "abstract": abstract})


def quarantined_document(document: Document) -> Document:
    return document.model_copy(update={"sections": tuple(map(_section, document.sections))})


def _section(section: Section) -> Section:
    title, text = quarantined(section.title).text, quarantined(section.text).text
    if (title, text) == (section.title, section.text):
        return section
    return section.model_copy(update={"title": title, "text": text})
