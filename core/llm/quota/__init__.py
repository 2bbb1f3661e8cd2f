"""When a model may be asked: requests and tokens a minute, requests a day, and who goes first.

admission  may this call start now, when, or not today: one pure decision
planner    in front of every call of the process: who may start, when, who waits
queue      the line in front of one model, and when everybody's turn comes
shares     how a day's requests are divided: digest, readers, mending
windows    the sliding minute as arithmetic, and how long a refusal holds
"""
