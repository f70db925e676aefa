"""Rules of tracking: segments, owners of stages, items of a list, blocks, promises, days out."""
