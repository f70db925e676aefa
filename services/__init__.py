"""Everything that touches the world: HTTP, SQL, files, jobs, pages; one folder a service of the pool."""
