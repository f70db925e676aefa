"""One module per area of the console; each offers a ``router`` which ``services.console.routes`` gathers."""
