"""What a chat shows, made from values: no I/O, no clock, nothing of Telegram's library.

message   Message, Entity, Button: what is sent
text      Text: words with entities, built by adding; outside words are cleaned on the way in
words     this package's own sentences (those shared with the report are in core.report.words)
view      View: who looks; an edition tailored to a reader's own number and threshold
contents  the morning's table of contents, quiet days, outages
dive      one paper's deep dive, in pages
found     search results, in pages
rich      a deep dive as a rich message's HTML
plain     a message without entities: the last resort
"""
