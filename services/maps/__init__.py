"""The map of a city's counties: outlines that the city loads, indicators by county, flows between them."""
