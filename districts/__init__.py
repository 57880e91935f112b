"""WHERE, WHO holds which post there, the one rule of access, and what every record shares.

Belongs here: the tree of units, posts and appointments, the gate, the workflow engine, working days, jobs.
Does not belong here: any kind of work. Imports nothing of ours.
"""
