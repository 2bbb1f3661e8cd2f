import pytest

from core.documents.roles import Role, role_of, roles
from core.models.values import Section


def section(id_: str, title: str, level: int = 1) -> Section:
    return Section(id=id_, title=title, level=level, text="Text.")


@pytest.mark.parametrize(
    ("id_", "title", "role"),
    [
        ("Abstract", "Abstract", Role.ABSTRACT),
        ("§1", "Introduction", Role.INTRODUCTION),
        ("§2", "Related Work", Role.RELATED),
        ("§3", "Preliminaries", Role.BACKGROUND),
        ("§3", "Proposed Method", Role.METHOD),
        ("§4", "Experiments and Results", Role.EXPERIMENTS),
        ("§4.2", "Ablation Study", Role.EXPERIMENTS),
        ("§5", "Limitations and Future Work", Role.LIMITATIONS),
        ("§5", "Conclusion and Future Work", Role.LIMITATIONS),
        ("§6", "Conclusions", Role.CONCLUSION),
        ("Appendix B", "Experiments", Role.APPENDIX),
        ("Appendix C", "Limitations", Role.LIMITATIONS),
        ("§A.1", "Method", Role.APPENDIX),
        ("§3", "EdgeTAM", Role.OTHER),
        ("§2", "相关工作", Role.RELATED),
        ("§3", "方法", Role.METHOD),
        ("§5", "局限性", Role.LIMITATIONS),
    ],
)
def test_a_heading_tells_the_role(id_: str, title: str, role: Role) -> None:
    assert role_of(section(id_, title)) is role


def test_a_section_named_after_the_method_is_method_and_its_children_too() -> None:
    sections = [
        section("Abstract", "Abstract"),
        section("§1", "Introduction"),
        section("§2", "Related Work"),
        section("§2.1", "Network Architectures", 2),
        section("§3", "EdgeTAM"),
        section("§3.1", "Spatial Perceiver", 2),
        section("§4", "Experiments"),
        section("§4.1", "Implementation", 2),
        section("§4.2", "Failure Cases", 2),
        section("§5", "Outlook"),
    ]
    assert roles(sections) == (
        Role.ABSTRACT,
        Role.INTRODUCTION,
        Role.RELATED,
        Role.RELATED,
        Role.METHOD,
        Role.METHOD,
        Role.EXPERIMENTS,
        Role.EXPERIMENTS,
        Role.LIMITATIONS,
        Role.OTHER,
    )
