"""The JSON beside the report: fixed names, the same content."""

import json

from core.report.jsonform import render_json
from core.report.markdown import note_lines
from tests.core.report.examples import edition, paper, scored


def test_the_fixed_fields_are_there() -> None:
    data = json.loads(render_json(edition()))
    assert {"day", "scanned", "picks", "others", "notes"} <= set(data)
    assert data["day"] == "2026-03-01"
    assert data["scanned"] == 130
    common = {"id", "title", "score", "score_kind", "reason", "sources", "url"}
    assert all(common <= set(entry) for entry in (*data["picks"], *data["others"]))
    pick = data["picks"][0]
    assert pick["text_source"] == "arxiv_html"
    assert pick["score_kind"] == "llm"
    assert set(pick["sections"]) == {"contribution", "methodology", "takeaway", "limitations"}
    assert pick["sections"]["contribution"] == [
        {
            "text": "提出一种流",
            "where": "§1",
            "kind": "claim",
            "support": "unchecked",
            "doubts": [],
            "doubts_elsewhere": None,
            "evidence": [],
        }
    ]
    assert data["others"][0]["score_kind"] == "local"


def test_a_papers_place_in_the_month_is_a_percentile_or_not_known() -> None:
    made = edition(picks=(scored(paper(1), 91, top_share=0.021), scored(paper(2), 68)))
    first, second = json.loads(render_json(made))["picks"]
    assert (first["percentile"], second["percentile"]) == (97.9, None)


def test_notes_are_the_reports_lines() -> None:
    made = edition()
    assert json.loads(render_json(made))["notes"] == note_lines(made)


def test_a_pick_not_read_yet_has_no_sections() -> None:
    bare = edition().model_copy(update={"analyses": {}})
    pick = json.loads(render_json(bare))["picks"][0]
    assert pick["sections"] is None
    assert pick["text_source"] is None


def test_a_reading_that_waits_says_so() -> None:
    first, second = json.loads(render_json(edition()))["picks"]
    assert (first["waiting"], second["waiting"]) == (False, True)


def test_chinese_is_readable_as_it_is() -> None:
    assert "提出一种流" in render_json(edition())
