"""The morning: an edition built in time for whoever's hour strikes, and brought to them.

admin_alerts  what the administrators are told, once
alerts        what the operator must know, as sentences
building      which editions need building now, and for whom
calendar      when an hour strikes where a reader lives, and which edition is out by then (pure)
channels      the channels of the settings, as members of the audience
completion    edits what was sent, when what was missing has come
daily_jobs    all of it as steps, each safe to run again at any moment; and `push`
day_status    what a day came to: an edition, a quiet day, sources down, nothing yet (pure)
due           whose hour has struck, and who is owed something since
editions      who reads which edition: audiences, what is stored, what was missed
jobs          the steps as the scheduler's jobs
posts         what one chat gets of a day: a digest, missed days in one, a quiet line
"""
