"""Repositories of papers: as announced, as scored, as read, as published.

analyses          deep dives, read once and kept
coverage          which days of which source were read
digests           digests as published; a better one is a revision
fetches           how the sources behaved, for `stats` and `doctor` only
history           what an audience was shown, so that it is not shown again
papers            every paper a source announced, as it was last seen
pending_analyses  readings a digest still owes, and when to try again
scores            models' scores: each paid for once
search            search over every paper ever fetched
takeaways         takeaways by paper and focus: asked once
texts             papers' texts as they were read, one a place
"""
