"""Files in and out: the fifteen tables from csv and xlsx, as a plan that is previewed and then committed."""
