"""One process of the API for the drills: `python -m tests.drills.api PORT`, settings from the environment."""

import sys

import uvicorn

from services.app import create_app
from services.settings import Settings

if __name__ == "__main__":
    uvicorn.run(create_app(Settings()), port=int(sys.argv[1]), log_config=None, access_log=False)
