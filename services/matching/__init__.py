"""Match runs: a frozen pool, a solver of its own process, a judge, and results with every reason."""
