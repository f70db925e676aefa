"""The seven tables of regions as imports see them: what is stored, and how rows are written in bulk.

`existing_x` answers in the very shape that `write_x` takes, so that a plan can tell new, changed and equal
rows apart and an export loads back unchanged. Keys: the code, or the tuple of the key's fields in order.
"""

from services.regions.figures import (
    existing_halls,
    existing_level_shares,
    existing_plots,
    existing_targets,
    write_halls,
    write_level_shares,
    write_plots,
    write_targets,
)
from services.regions.ground import (
    ensure_city,
    existing_chains,
    existing_counties,
    existing_parks,
    write_chains,
    write_counties,
    write_parks,
)
from services.regions.inputs import (
    EDITION,
    ChainInput,
    CountyInput,
    HallInput,
    Industry,
    LevelShareInput,
    ParkInput,
    PlotInput,
    TargetInput,
)

__all__ = [
    "EDITION",
    "ChainInput",
    "CountyInput",
    "HallInput",
    "Industry",
    "LevelShareInput",
    "ParkInput",
    "PlotInput",
    "TargetInput",
    "ensure_city",
    "existing_chains",
    "existing_counties",
    "existing_halls",
    "existing_level_shares",
    "existing_parks",
    "existing_plots",
    "existing_targets",
    "write_chains",
    "write_counties",
    "write_halls",
    "write_level_shares",
    "write_parks",
    "write_plots",
    "write_targets",
]
