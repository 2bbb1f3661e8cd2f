"""One file per revision, named `r<revision>_<what>.py`; a released one is never edited.

The `r` makes it a name Python can import, so the type checker sees it too.
"""
