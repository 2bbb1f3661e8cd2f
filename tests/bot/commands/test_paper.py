"""/paper, the buttons of deep dives, and pasted links."""

import asyncio
from typing import Any

import pytest

from bot.features.search import slips
from core.models.values import Document, Section, TextSource
from tests.bot.commands.conftest import ADMIN, CHEN, DAYS, GROUP, OTHERS, PICKS, Stage, buttons_of
from tests.servers.papers import Services

SECTION = Section(
    id="§1", title="Introduction", level=1, text="We restore images on a phone. " * 20
)


def held(sources: Services) -> asyncio.Event:
    """Let the model's answers wait for an event."""
    release = asyncio.Event()

    async def pause(_question: str, _seconds: float) -> None:
        await release.wait()

    sources.gemini.pause = pause
    return release


async def read(stage: Stage, text: str, **where: Any) -> dict[str, Any]:
    """Have a paper read; return the finished message."""
    [message] = await stage.say(text, **where)
    return await stage.becomes(message, "⏱")


@pytest.mark.parametrize(
    "reference",
    [
        PICKS[0],
        f"{PICKS[0]}v1",
        f"https://arxiv.org/abs/{PICKS[0]}",
        f"https://arxiv.org/pdf/{PICKS[0]}.pdf",
        f"https://huggingface.co/papers/{PICKS[0]}",
        f"https://doi.org/10.48550/arXiv.{PICKS[0]}",
        f"https://www.alphaxiv.org/abs/{PICKS[0]}",
        "1",
        "#1",
        "第 1 篇",
        "１",
    ],
)
async def test_every_form_of_reference_opens_the_paper(stage: Stage, reference: str) -> None:
    message = await read(stage, f"/paper {reference}")
    link = next(e for e in message["entities"] if e["type"] == "text_link")
    assert link["url"].startswith(f"https://arxiv.org/abs/{PICKS[0]}")


async def test_a_reading_is_announced_at_once_and_its_message_becomes_the_result(
    stage: Stage, sources: Services
) -> None:
    release = held(sources)
    [message] = await stage.say(f"/paper {PICKS[0]}", by=CHEN)
    assert message["text"].startswith("📖 正在读《")
    assert message["text"].endswith("约 40 秒……")
    release.set()
    await stage.becomes(message, "⏱")
    assert len(await stage.silence(CHEN)) == 1


async def test_all_who_ask_at_once_share_one_reading_and_later_ones_wait_for_nothing(
    stage: Stage, sources: Services
) -> None:
    release = held(sources)
    [one], [two] = [await stage.say(f"/paper {PICKS[0]}", by=by) for by in (CHEN, ADMIN)]
    release.set()
    await stage.becomes(one, "⏱")
    await stage.becomes(two, "⏱")
    [later] = await stage.say(f"/paper {PICKS[0]}", by=5005)
    assert "⏱" in later["text"]
    assert len(sources.gemini.requests) == 1


async def test_a_second_tap_while_it_is_read_is_answered_by_a_toast(
    stage: Stage, sources: Services
) -> None:
    release = held(sources)
    [contents] = await stage.say("/today")
    await stage.tap(contents, "📖 1")
    [_, placeholder] = await stage.telegram.answers(CHEN, 2)
    assert "正在读" in str((await stage.tap(contents, "📖 1"))["text"])
    release.set()
    await stage.becomes(placeholder, "⏱")
    assert len(await stage.silence(CHEN)) == 2


async def test_the_score_and_reason_of_the_list_stand_in_its_dives(stage: Stage) -> None:
    assert "理由 81" in (await read(stage, "/paper 2"))["text"]


async def test_a_number_that_is_not_in_the_list_is_said_to_be_none(stage: Stage) -> None:
    assert "只有 4 篇，没有第 99 篇" in await stage.ask("/paper 99")


async def test_without_an_argument_there_is_an_example(stage: Stage) -> None:
    assert "/paper 2603.08258" in await stage.ask("/paper")


async def test_a_reply_with_the_command_alone_reads_what_it_replies_to(stage: Stage) -> None:
    said = stage.people.say(CHEN, f"看看 arxiv.org/abs/{PICKS[0]}", chat_id=GROUP)
    message = await read(stage, "/paper@paperboy_bot", by=CHEN, chat_id=GROUP, reply_to=said)
    assert message["chat"]["id"] == GROUP


async def test_an_unknown_id_is_said_to_be_unknown_and_a_slip_of_the_finger_is_found(
    stage: Stage,
) -> None:
    wrong = PICKS[0][:-2] + PICKS[0][-1] + PICKS[0][-2]
    [message] = await stage.say(f"/paper {wrong}")
    assert f"没有找到论文 {wrong}" in message["text"]
    assert "你要找的是不是" in message["text"]
    assert buttons_of(message)
    assert "今天的目录里有" in await stage.ask("/paper 2603.99999")


async def test_words_that_name_no_paper_are_looked_up(stage: Stage) -> None:
    paper = (await stage.core.store.papers.get_many([PICKS[0]]))[PICKS[0]]
    words = " ".join(paper.title.split()[:3])
    [message] = await stage.say(f"/paper {words}")
    assert "没看出是哪一篇" in message["text"]
    assert buttons_of(message)[0] == "📖 1"


async def test_when_no_source_answers_one_sentence_says_so(stage: Stage, sources: Services) -> None:
    async def broken(_request: Any) -> Any:
        from aiohttp import web

        return web.Response(status=503)

    sources.faults = {"/arxiv": broken, "/hf": broken}
    assert "暂时没有响应" in await stage.ask("/paper 2603.99999")


async def test_pages_turn_in_their_message_and_old_ones_say_they_expired(stage: Stage) -> None:
    message = await read(stage, f"/paper {PICKS[0]}")
    answered = await stage.tap_data(message, f"page:0:{PICKS[0]}")
    assert not answered.get("text")
    for data in (f"page:1:{OTHERS[1]}", "page:0:2603.99999", "page:x", "open:../..", "v0:old"):
        assert "过期" in str((await stage.tap_data(message, data))["text"]), data
    assert stage.shown(message)["text"] == message["text"]


async def test_a_tap_on_a_message_too_old_to_be_seen_still_opens_the_paper(stage: Stage) -> None:
    [contents] = await stage.say("/today")
    await stage.tap_data(contents, f"open:{PICKS[0]}", is_lost=True)
    [_, opened] = await stage.telegram.answers(CHEN, 2)
    await stage.becomes(opened, "⏱")


@pytest.mark.parametrize(
    "extra",
    [
        {"text": f"look: https://arxiv.org/abs/{PICKS[0]}"},
        {"photo": [], "caption": f"new! huggingface.co/papers/{PICKS[0]}"},
        {
            "text": "a paper",
            "entities": [
                {
                    "type": "text_link",
                    "offset": 2,
                    "length": 5,
                    "url": f"https://arxiv.org/abs/{PICKS[0]}",
                }
            ],
        },
    ],
)
async def test_one_link_said_in_private_is_opened_without_a_command(
    stage: Stage, extra: dict[str, Any]
) -> None:
    [message] = await stage.say(str(extra.get("text", "")), extra=extra)
    await stage.becomes(message, "⏱")


async def test_other_words_and_several_links_get_a_hint_in_private_and_silence_in_groups(
    stage: Stage,
) -> None:
    two = f"{PICKS[0]} {PICKS[1]}"
    for text in ("hello", "🙈", two, "\u202eevil\u202c", "x" * 4096):
        assert "/search" in await stage.ask(text), text
    stage.telegram.world.bot.reads_all = True
    stage.people.say(CHEN, f"arxiv.org/abs/{PICKS[0]}", chat_id=GROUP)
    assert await stage.silence(GROUP) == []


def test_slips_are_ids_one_digit_away() -> None:
    found = set(slips("2603.11323"))
    assert {"2603.13123", "2603.11324", "2602.11323"} <= found
    assert "2603.11323" not in found
    assert "2613.11323" not in found, "there is no month 13"
    assert all(len(paper_id) == 10 for paper_id in found)


async def test_a_withdrawn_paper_is_said_to_be_so_and_not_read(
    stage: Stage, sources: Services
) -> None:
    known = await stage.core.store.papers.get(OTHERS[0])
    assert known is not None
    comment = "This paper has been withdrawn by the authors due to an error"
    await stage.core.store.papers.put([known.model_copy(update={"comment": comment})])
    assert "已被撤回" in await stage.ask(f"/paper {OTHERS[0]}")
    assert "已被撤回" in await stage.ask(f"/ask {OTHERS[0]} 用了什么数据？")
    assert sources.gemini.requests == []


async def test_a_mere_reason_is_believed_only_of_a_paper_without_text(stage: Stage) -> None:
    known = await stage.core.store.papers.get(OTHERS[0])
    assert known is not None
    comment = "contains errors in eq. 3, will be resubmitted"
    await stage.core.store.papers.put([known.model_copy(update={"comment": comment})])
    text = Document(paper_id=known.id, version=None, source=TextSource.ABSTRACT, sections=())
    await stage.core.store.texts.put(text, version=known.version, at=stage.core.now())
    said = await stage.ask(f"/paper {known.id}")
    assert "可能已被撤回" in said
    assert comment in said

    whole = text.model_copy(update={"source": TextSource.PDF, "sections": (SECTION,)})
    await stage.core.store.texts.put(whole, version=known.version, at=stage.core.now())
    [reading] = await stage.say(f"/paper {known.id}")
    assert reading["text"].startswith("📖 正在读《")


async def test_a_new_version_is_offered_and_read_on_demand(stage: Stage, sources: Services) -> None:
    other = await stage.core.store.papers.get(PICKS[0])
    assert other is not None
    listed = {*PICKS, *OTHERS}
    unlisted = next(record for _, record in DAYS.announced() if record["id"] not in listed)
    known = other.model_copy(update={"id": unlisted["id"], "title": unlisted["title"],
                                     "abstract": unlisted["abstract"]})  # fmt: skip
    await stage.core.store.papers.put([known.model_copy(update={"version": 1})])
    first = await read(stage, f"/paper {known.id}")
    assert "论文已更新" not in first["text"]
    newer = known.model_copy(update={"version": 2})
    await stage.core.store.papers.put([newer])
    stage.services.deep_dives.pages._at_hand.clear()
    asked = len(sources.gemini.requests)

    [message] = await stage.say(f"/paper {known.id}")
    assert f"论文已更新到 v{newer.version}" in message["text"]
    assert len(sources.gemini.requests) == asked, "the older reading waits for nobody"

    since = len(stage.telegram.world.received(CHEN))
    await stage.tap(message, f"🔄 按 v{newer.version} 重读")
    [reading] = await stage.telegram.answers(CHEN, 1, since=since)
    done = await stage.becomes(reading, "⏱")
    assert "论文已更新" not in done["text"]
    assert len(sources.gemini.requests) > asked
