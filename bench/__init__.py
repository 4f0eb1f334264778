"""How fast ivrkit is, side by side with what one would take instead. `python -m bench --help`."""
