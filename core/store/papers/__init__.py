"""Repositories of papers: as announced, as scored, as read, as published.

analyses          deep dives, read once and kept
digests           digests as published, and what was shown so that it is not shown again
fetches           how sources behaved, and which of their days were read
papers            every paper a source announced, as it was last seen
pending_analyses  readings a digest still owes, and when to try again
reading_key       what a reading and a takeaway depend on
scores            models' scores: each paid for once
search            search over every paper ever fetched
takeaways         takeaways by paper and focus: asked once
texts             papers' texts as they were read, one a place
"""
