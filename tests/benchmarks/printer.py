"""A benchmark that prints what it was called with."""

import json
import sys

print("progress")  # noqa: T201 -- benchmarks print
print(json.dumps({"said": sys.argv[1:]}))  # noqa: T201 -- the same
