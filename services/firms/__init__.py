"""Every name of a firm, and the firms whose names are near."""
