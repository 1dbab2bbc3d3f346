"""The watcher: what should be there by now, worked out from calendar, registers and frozen policies, against what is there.

It shares no code with the ladder that it watches: own queries, own arithmetic. A fault in one is then seen by the other.
"""
