"""Work on strangers' texts, in processes with bounds on time and memory.

child_process  one of our modules run in a process of its own
offload        how work is handed to the sandbox: an argument, like the clock
worker         a worker process, seen from inside
workers        the worker processes: few, kept warm, stopped when they take too long
"""
