"""Repositories of papers: as announced, as scored, as read, as published.

analyses          deep dives
coverage          which days of which source were read
digests           digests as they were published
fetches           how the sources behaved, for stats and doctor; the digest itself never reads
history           what an audience was shown, so that it is not shown again
papers            every paper a source ever announced, as it was last seen
pending_analyses  readings that had to wait
scores            what models said about papers
search            search over every paper ever fetched
takeaways         what a focus can do with a paper
texts             papers' texts as they were read, one for each place they came from
"""
