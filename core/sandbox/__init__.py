"""Work on strangers' texts, in processes with bounds on time and memory.

child_process  a module of ours run in a child of its own, on a stranger's data
offload        work on strangers' texts, done where nobody waits for it
worker         a worker, from inside
workers        processes that work on strangers' texts
"""
