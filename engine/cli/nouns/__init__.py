"""One file or folder a noun of the command line."""
