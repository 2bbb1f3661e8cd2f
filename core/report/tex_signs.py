"""What TeX's commands print, as far as telegramify-markdown's tables do not know it. Pure."""

from types import MappingProxyType
from typing import Final

from telegramify_markdown.latex_escape.const import COMBINING, SUBSCRIPTS, SUPERSCRIPTS

LOWERED: Final = MappingProxyType(SUBSCRIPTS | dict(zip("hklmnpst", "ₕₖₗₘₙₚₛₜ", strict=True)))
RAISED: Final = MappingProxyType(SUPERSCRIPTS | {"⊤": "ᵀ", "∘": "°"} | {c: c for c in "′*†‡"})
SCRIPT_LETTERS: Final = MappingProxyType(dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)))
SIGNS: Final = MappingProxyType(
    {
        "coloneqq": "≔", "checkmark": "✓", "cmark": "✓", "xmark": "✗", "degree": "°", "ne": "≠",
        "lbrace": "{", "rbrace": "}", "slash": "/", "backslash": "∖", "textbackslash": "∖",
        "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖", "|": "‖",
        "dots": "…", "ldots": "…", "dotsc": "…", "cdots": "⋯", "dotsb": "⋯", "bmod": " mod ",
        "quad": " ", "qquad": " ", ",": " ", ":": " ", ";": " ", " ": " ", ">": " ", 
        "enspace": " ", "thinspace": " ", "space": " ", "par": " ", "newline": " ",
        "!": "", "/": "", "-": "", "(": "", ")": "", "[": "", "]": "", "i": "i", "j": "j",
        "textasciitilde": "~", "aa": "å", "ss": "ß", "o": "ø", "ae": "æ", "l": "ł",
    }
)  # fmt: skip
ACCENTS: Final = MappingProxyType(
    {name.removeprefix("\\"): sign for name, (sign, _) in COMBINING.items()}
    | {"widehat": "\u0302", "widetilde": "\u0303", "overline": "\u0304", "widebar": "\u0304"}
)
RELATIONS: Final = frozenset("=≠≤≥<>≈≃≅∼≔≜≡∝∈∉⊂⊆⊃⊇→←↦⇒⇔⟶⟹≪≫≲≳≺≻")
BIG: Final = frozenset("∑∏∫∬∮⋃⋂⨁")
_SILENT = """
    displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits left right middle
    big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm bf it rm tt sc sf em
    sl cal bfseries itshape rmfamily ttfamily boldmath protect centering strut mathstrut
    normalfont normalsize small footnotesize scriptsize tiny large Large relax allowbreak nobreak
    smash noindent hline toprule midrule bottomrule nonumber notag hfill
    """
SILENT: Final = frozenset(_SILENT.split())
"""They set type; they print nothing, and neither does what they are followed by go."""
_SET = """
    text texttt textbf textit textsc textrm textsf textsl textup textmd textnormal mathrm mathbf
    mathit mathsf mathtt mathscr mathfrak mathnormal boldsymbol bm bold pmb emph operatorname mbox
    hbox ensuremath mathop mathbin mathrel mathord mathopen mathclose mathinner underbrace
    overbrace uppercase fbox boxed underline url ref eqref substack
    """
SET: Final = MappingProxyType(
    dict.fromkeys(_SET.split(), (0, True))
    | dict.fromkeys(("textcolor", "colorbox", "scalebox", "raisebox", "href"), (1, True))
    | dict.fromkeys(("color", "hspace", "vspace", "phantom", "label", "cite"), (1, False))
    | {"hphantom": (1, False), "vphantom": (1, False), "definecolor": (3, False)}
    | {"citep": (1, False), "citet": (1, False), "rule": (2, False), "resizebox": (2, True)}
)
"""How many arguments go, and whether one more stays."""
FRACTIONS: Final = frozenset(("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"))
LENGTHS: Final = frozenset(("kern", "mkern", "mskip", "hskip", "vskip"))
"""They are followed by a length without braces."""
