"""Other solvers on the same instances, each run in a process of its own with one thread."""
