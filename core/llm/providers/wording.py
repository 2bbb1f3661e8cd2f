"""What a provider said, in our errors: short, and without a key or a page of HTML."""

import re

HIDDEN = "***"
MOST = 300
_KEYLIKE = re.compile(
    r"AIza[\w-]{8,}|\bAQ\.[\w-]{8,}|\b(?:sk|ak|pk|org|xai|gsk|hf)[-_][\w*-]{12,}"
    r"|(?i:(?<=key[=: ]))[\w*-]{16,}"
)


def quoted(words: str, key: str) -> str:
    """Return a provider's words for an error's text."""
    words = words.strip()
    if words.startswith("<"):
        words = "HTML instead of an answer"
    text = " ".join(words.split())
    # Redacted before it is cut: half a key would not be recognized.
    return _KEYLIKE.sub(HIDDEN, text.replace(key, HIDDEN) if key else text)[:MOST]
