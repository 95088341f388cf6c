"""Random programs over defer, panic, recover, goroutines, channels, sync and the packages around them, each in Go and C++.

model.py     the programs as trees of functions and statements
generate.py  a tree from a seed; scenarios.py and parallel.py have the shapes that chance alone would hardly make
packages.py  sequences of operations on sync, time, context, errors and golang.org/x packages; operations.py has them
values.py    what panics are made of, in both languages
emit.py      what the two writers share; emit_go.py and emit_cc.py write a tree out
prelude.*    what every written program can use
batch.py     building and running many seeds in one Go and one C++ program
shrink.py    making a program that shows a difference small
coverage.py  the constructs, and how often a range of seeds has used them
recorded.py  a fixed range of seeds against what Go did when it was recorded
"""
