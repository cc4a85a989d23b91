"""``python -m encaisse`` is the command ``encaisse``."""

from encaisse.cli.main import main

main()
