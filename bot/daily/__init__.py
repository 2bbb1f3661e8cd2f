"""The morning: an edition built in time for its hour, and brought to who is owed it.

admin_alerts  what the administrators are told of, once when it begins
alerts        troubles of the models as sentences for the operator
building      which editions need building now, and for whom
calendar      when an hour strikes where somebody lives; which edition is out then (pure)
channels      the channels of the settings, as members of the audience
completion    what had to wait is made, and what was sent is edited
daily_jobs    the steps: build, deliver, complete, watch; and `push`
day_status    what a day came to: out, quiet, sources down, nothing yet (pure)
due           which edition is out, whose hour has struck, what that makes due to them
editions      who reads which edition; what is stored, at hand, or was missed
jobs          the steps as jobs of the scheduler
posts         what one chat gets of a day: a digest, missed days in one, a quiet line
"""
