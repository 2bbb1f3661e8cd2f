"""When a model may be asked: requests and tokens a minute, requests a day, and who goes first.

day      the provider's day
limits   how much is allowed, and what the provider itself taught us about it
windows  the sliding minute, as arithmetic
holds    how long a model is left alone after a refusal
shares   how a day's requests are divided: digest, readers, mending
verdict  may this call start now, when, or not today: one pure decision
line     who stands where, and until when
planner  all of it together, in front of every call of the process
"""
