"""The morning: an edition built in time for whoever's hour strikes, and brought to them.

calendar   when an hour strikes where a reader lives, and which edition is out by then (pure)
hours      whose hour has struck, and who is owed something since
editions   who reads which edition: audiences, what is stored, what was missed
standing   what a day came to: an edition, a quiet day, sources down, nothing yet (pure)
building   which editions need building now, and for whom
posts      what one chat gets of a day: a digest, missed days in one, a quiet line
channels   the channels of the settings, as members of the audience
mending    edits what was sent, when what was missing has come
watch      what the administrators are told, once
morning    all of it as steps, each safe to run again at any moment; and `push`
jobs       the steps as the scheduler's jobs
assembly   puts it together
"""
