"""What a chat shows, made from values: no I/O, no clock, nothing of Telegram's library.

answer            an answer from a paper
buttons           buttons that open papers and pages, laid out in even rows
contents          the morning's table of contents, quiet days, outages
deep_dive         one paper's deep dive, in pages
deep_links        paper ids inside deep links and buttons, and back
feedback_buttons  the buttons to say something of a paper, showing what was said
figure            a paper's main figure
message           `Message`, `Entity`, `Button`: what is sent
operator_time     moments and spans as an operator reads them
paper             one paper in a few lines
reader_time       moments and places as a reader says them
rich              a deep dive as a rich message's HTML
search_results    search results, in pages
text              text with entities, built by adding pieces, never by parsing marks
view              `View`: who looks, and the edition as they chose to see it
words             what only chats say; days and numbers as they show them
"""
