r"""TeX that a model wrote into JSON with one backslash, given back its backslash. Pure, linear.

A model that writes "\frac" between quotes has written a form feed and "rac"; "\alpha" is no JSON
at all. `escaped` makes the text JSON again, `restored` undoes in a value what JSON made of it.
Backspaces and form feeds are never meant, so what stands behind one is a command. Line feeds and
tabs are: there the name decides, and for names whose rest is a word ("\nexists"), the place.
What can only be a loss ("$ rac{a}{b}$") is marked `UNREADABLE` and not guessed.
"""

import re
from typing import Any, Final

UNREADABLE: Final = "\ufffd"
"""Unicode's own mark for it. A statement that has one is not shown."""

# What is cut off at the end of a text may have been going to be an escape.
_ESCAPE = re.compile(r'\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}|(?:u[0-9A-Fa-f]{0,3})?\Z)|\\(\'?)')

_CONTROLS = {
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
}
_COMMANDS = """
    nabla natural ncong nearrow negthickspace negthinspace newcommand newline ngeq ngeqq
    ngeqslant ngtr nicefrac nleftarrow nLeftarrow nLeftrightarrow nleftrightarrow nleq nleqq
    nleqslant nobreak nobreakspace noindent nolimits nonumber norm normalfont normalsize not
    notag notin notni nprec npreceq nRightarrow nrightarrow nshortmid nsim nsubseteq nsucc
    nsucceq nsupseteq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq num nVDash
    nVdash nvdash nvDash nwarrow
    raggedright raisebox rangle rbrace rbrack rceil real ref relax renewcommand restriction
    rfloor rgroup rho right rightarrow rightarrowtail rightharpoondown rightharpoonup
    rightleftarrows rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes
    risingdotseq rmfamily rmoustache root rtimes rule rVert rvert
    tag tau tbinom tensor textasciicircum textasciitilde textbackslash textbf textcolor
    textgreater textit textless textmd textnormal textrm textsc textsf textsl textstyle
    textsubscript textsuperscript texttt textup textwidth tfrac thanks theta thetasym thickapprox
    thicksim thickspace thinspace tilde times tiny toprule triangle triangledown
    triangleleft trianglelefteq triangleq triangleright trianglerighteq ttfamily twoheadleftarrow
    twoheadrightarrow
    """
_ONLY_TEX = frozenset(_COMMANDS.split())
_WORDY = """
    ne neg neq ni nu nexists nless nmid nparallel nsubset nsupset rank rm
    tan tanh text to top tr trace tt
    """
_TEX_OR_WORD = frozenset(_WORDY.split())
"""The rest of these is a word or may begin one: "\\ne.g.", "\\ni)", "\\nless", "\\tan"."""

_MATH = re.compile(
    r"(?P<on>\\[(\[])|(?P<off>\\[)\]])|\\(?P<other>.)|(?P<dollar>\$\$?)"
    r"|(?P<control>[\x07-\x0d\x1b])(?P<name>[A-Za-z]+)",
    re.DOTALL,
)
_BEFORE_TEX = re.compile(r"[$({\[_^=+\-*/<>|&,~\\]\s?$|[^\s] $")
_AFTER_TEX = re.compile(r"[_^{}\\$]| ?[=+<>|&\\]| [-*/] ")
_AFTER_WORD = re.compile(r"[-.)）]")
_ROWS = re.compile(r"\\begin\{")
_LOST_ROW = re.compile(r"(?<!\\)\\(?=[\s\[])")
_LOST = re.compile(
    r"(?<![A-Za-z\\])(?:[td]?rac|ext(?:bf|it|rm|sf|tt)?|egin|oldsymbol|inom|ilde)(?=\{)"
    r"|(?<![A-Za-z\\])(?:abla|eta|heta|imes|ightarrow|orall)(?![A-Za-z])"
    r"|(?<=\$)\s?(?:au|ho)(?![A-Za-z])"
)
_FORMULA = re.compile(r"\$[^$]+\$")
_BREAKS = re.compile(r"[\x0b\x0c]")
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TEX_KEYS = frozenset({"tex", "latex", "formula", "equation"})


def escaped(text: str) -> str:
    r"""Return JSON text whose lone backslashes are escaped: "\alpha", "\(", "\underline"."""
    return _ESCAPE.sub(_with_backslash, text)


def _with_backslash(found: re.Match[str]) -> str:
    quote = found[1]
    if quote is None:
        return found[0]
    return "'" if quote else "\\\\"  # "\'" is another language's escape


def restored(value: Any) -> Any:
    """Return a parsed answer whose strings have their TeX again; lists and objects are changed.

    Without recursion: an answer may be nested as deep as its writer likes.
    """
    outer = [value]
    boxes: list[Any] = [outer]
    while boxes:
        box = boxes.pop()
        for key, inner in list(box.items() if isinstance(box, dict) else enumerate(box)):
            if isinstance(inner, str):
                box[key] = restored_text(inner, is_tex=key in _TEX_KEYS)
            elif isinstance(inner, dict | list):
                boxes.append(inner)
    return outer[0]


def restored_text(text: str, *, is_tex: bool = False) -> str:
    """Return a string with its TeX again; `is_tex` when all of it is a formula."""
    text = _Restoring(text, is_tex=is_tex).text()
    if _ROWS.search(text) and r"\\" not in text:
        text = _LOST_ROW.sub(r"\\\\", text)  # "a \\ b" came back as "a \ b"
    if is_tex:
        text = _LOST.sub(UNREADABLE, text)
    text = _FORMULA.sub(lambda found: _LOST.sub(UNREADABLE, found[0]), text)
    return _OTHER_CONTROLS.sub(UNREADABLE, _BREAKS.sub(" ", text))


class _Restoring:
    """One pass over a string that knows whether it is inside a formula."""

    def __init__(self, text: str, *, is_tex: bool) -> None:
        self._text = text
        self._is_tex = is_tex
        # An odd one is a price.
        self._has_pairs = len(re.findall(r"(?<!\\)\$", text)) % 2 == 0
        self._inside = is_tex

    def text(self) -> str:
        return _MATH.sub(self._one, self._text)

    def _one(self, found: re.Match[str]) -> str:
        if found["on"] or found["off"]:
            self._inside = bool(found["on"]) or self._is_tex
        elif found["dollar"]:
            self._inside = self._is_tex or (not self._inside and self._has_pairs)
        elif found["control"] and self._is_command(found):
            return "\\" + _CONTROLS[found["control"]] + found["name"]
        return found[0]

    def _is_command(self, found: re.Match[str]) -> bool:
        control, name = found["control"], found["name"]
        if control not in "\t\n\r":
            return True
        command = _CONTROLS[control] + name
        if command in _ONLY_TEX:
            return True
        if self._inside and control != "\n" and name[0].islower():
            return True  # nobody breaks a formula with a tab
        return command in _TEX_OR_WORD and (self._inside or self._is_beside_tex(found))

    def _is_beside_tex(self, found: re.Match[str]) -> bool:
        before = self._text[max(0, found.start() - 3) : found.start()]
        after = self._text[found.end() : found.end() + 3]
        if _AFTER_WORD.match(after):
            return False
        return bool(_AFTER_TEX.match(after) or _BEFORE_TEX.search(before))
