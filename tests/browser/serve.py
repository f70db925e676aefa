"""The server process of the browser tests: `python serve.py PORT`, settings from the environment."""

import sys

import uvicorn

from services.app import create_app
from services.settings import Settings

if __name__ == "__main__":
    uvicorn.run(create_app(Settings()), port=int(sys.argv[1]), log_level="warning")
