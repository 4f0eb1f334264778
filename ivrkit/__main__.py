"""`python -m ivrkit`."""

from ivrkit.cli import main

main()
