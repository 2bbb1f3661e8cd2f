"""Prompt files: what the loader refuses, and every real prompt filled and compared."""

import os
import re
from importlib.resources import files
from pathlib import Path
from pkgutil import resolve_name

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from core.llm.prompts import PromptFile, load_prompts, parse_prompt
from core.models.errors import ConfigError

GOLDEN = Path(__file__).parents[2] / "data/prompts"
FRONT = 'purpose = "score"\nabout = "A test."\nmax_output_tokens = 10\n'


class Yes(BaseModel):
    """Whether."""

    yes: bool


def prompt(body: str, front: str = 'inputs = ["name"]\n') -> PromptFile:
    return parse_prompt("test.md", f"+++\n{FRONT}{front}+++\n{body}")


def test_a_prompt_has_a_system_part_and_a_question() -> None:
    question = prompt("Be brief, $name.\n--- question ---\nHow are you?\n").fill(name="Ada")
    assert (question.system, question.text) == ("Be brief, Ada.", "How are you?")
    assert (question.purpose, question.max_output_tokens) == ("score", 10)
    assert question.thinking_budget is None


def test_without_a_marker_all_of_it_is_the_question() -> None:
    question = prompt("Hello $name\n").fill(name="Ada")
    assert (question.system, question.text) == ("", "Hello Ada")


@given(st.text(max_size=60) | st.sampled_from(["$name", "${name}", "$$", "$other", "100$"]))
def test_a_value_goes_in_as_it_is(value: str) -> None:
    assert prompt("<$name>").fill(name=value).text == f"<{value}>"


def test_a_correction_is_added_at_the_end() -> None:
    asked = prompt("Hello $name", 'inputs = ["name"]\n[phrases]\nagain = "Once more, $name."\n')
    assert asked.fill(correction="again", name="Ada").text == "Hello Ada\n\nOnce more, Ada."


@pytest.mark.parametrize("values", [{}, {"name": "a", "other": "b"}, {"other": "b"}])
def test_values_must_be_exactly_the_inputs(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"test: the values given differ from its inputs"):
        prompt("Hello $name").fill(**values)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("Hello", "front matter between two +++ lines"),
        ("+++\npurpose = \n+++\nx", "front matter"),
        (f"+++\n{FRONT}mood = 1\n+++\nx", "mood"),
        (f"+++\n{FRONT}thinking_budget = -1\n+++\nx", "thinking_budget"),
        ("+++\nabout = 'a'\n+++\nx", "purpose"),
        (f"+++\n{FRONT}+++\nHello $name", "have besides name"),
        (f"+++\n{FRONT}inputs = ['name']\n+++\nHello", "lack name"),
        (f"+++\n{FRONT}[phrases]\na = 'x $b'\n+++\nHello", "have besides b"),
        (f"+++\n{FRONT}+++\nIt costs 5 $.", "a '$' that marks no place"),
        (f"+++\n{FRONT}+++\n\n", "empty"),
        (f"+++\n{FRONT}+++\na\n--- question ---\nb\n--- question ---\nc", "more than one"),
        (f"+++\n{FRONT}+++\n<email>x</email>", "tags not in core.llm.fence.TAGS: email"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(content: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_prompt("odd.md", content)
    assert str(caught.value).startswith("odd.md: ")
    assert words in str(caught.value)


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("Hello")
    (tmp_path / "two.md").write_bytes(b"\xff\xfe")
    (tmp_path / "notes.txt").write_text("not a prompt")
    with pytest.raises(ConfigError, match=r"one\.md.*two\.md: cannot be read"):
        load_prompts(tmp_path)


def test_a_missing_prompt_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"score\.md is missing"):
        load_prompts(tmp_path)["score"]


def test_the_version_changes_with_the_text_and_with_the_schema() -> None:
    class Described(BaseModel):
        """Whether."""

        yes: bool = Field(description="true if so")

    Described.__name__ = Described.__qualname__ = "Yes"
    one, other = prompt("Hello $name"), prompt("Hello, $name")
    versions = {one.version(Yes), other.version(Yes), one.version(Described)}
    assert len(versions) == 3
    assert prompt("Hello $name").version(Yes) == one.version(Yes)


def test_what_a_file_says_of_itself_is_no_part_of_the_version() -> None:
    content = f"+++\n{FRONT}+++\nHello"
    renamed, changed = content.replace("A test.", "Another."), content.replace("= 10", "= 11")
    versions = [parse_prompt("a.md", text).version(Yes) for text in (content, renamed, changed)]
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.parametrize("file", sorted(files("prompts").glob("*.md")), ids=lambda file: file.name)  # type: ignore[attr-defined]
def test_what_a_prompt_fills_exists(file: Path) -> None:
    (filled,) = re.findall(r'^about = ".* fills ([\w.]+)\."$', file.read_text("utf-8"), re.M)
    assert issubclass(resolve_name(filled), BaseModel)


def test_line_ends_do_not_change_the_version() -> None:
    content = f"+++\n{FRONT}+++\nHello\nthere"
    unix, windows = (
        parse_prompt("a.md", content),
        parse_prompt("a.md", content.replace("\n", "\r\n")),
    )
    assert unix.version(Yes) == windows.version(Yes)


VALUES = {
    "claims": "[2] 用 64 块 GPU 训练。\n  from §1: We use 8 GPUs.",
    "count": "2",
    "document": "[§1] Introduction\nWe sharpen $x$.\n\n[§2] Method\nA U-Net.",
    "interests": "- image restoration\n- 扩散模型",
    "language": "Simplified Chinese (简体中文)",
    "notes": "contribution:\n[§2] 提出 U-Net",
    "omitted": "§3, Appendix A",
    "papers": '<paper id="2603.00001">\nTitle: A\nAbstract: B\n</paper>\n'
    '<paper id="2603.00002">\nTitle: C\nAbstract: (none)\n</paper>',
    "question": "用了什么数据？",
    "scale": "",
    "text": "I restore old film, not GANs",
    "text_kind": "the paper's full text",
    "title": "Sharp: 5$ deblurring",
    "view": "Under each note stand the words of the paper.",
    "unknown": "虚空索引",
}


@pytest.mark.parametrize("name", sorted(load_prompts(files("prompts"))))
def test_every_prompt_is_filled_as_reviewed(name: str) -> None:
    """To renew: PAPERBOY_RENEW=1, and read the difference like code."""
    asked = load_prompts(files("prompts"))[name]
    values = {key: VALUES[key] for key in asked.inputs}
    question = asked.fill(**values)
    told = [f"# system\n\n{question.system}", f"# question\n\n{question.text}"]
    for phrase in sorted(asked.phrases):
        corrected = asked.fill(correction=phrase, **values).text
        told.append(f"# {phrase}\n\n{corrected.removeprefix(question.text).strip()}")
    told.append(f"# limits\n\n{question.max_output_tokens} out, {question.thinking_budget} thought")
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("PAPERBOY_RENEW"):
        golden.write_text("\n\n".join(told) + "\n", encoding="utf-8")
    assert "\n\n".join(told) + "\n" == golden.read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_each_prompt_and_no_other() -> None:
    names = {path.stem for path in GOLDEN.glob("*.txt")}
    assert names == set(load_prompts(files("prompts")))
