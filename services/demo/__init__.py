"""One command that runs a city's pool end to end on real input, and then serves it.

commands  the command line          folder    what lies in the data folder
play      the order of things       progress  lines while it runs
story     the steps                 figures   what came of it, by queries
crew      the demo's officers       processes the worker beside us
"""
