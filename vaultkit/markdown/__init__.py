"""One note's text becomes a `Note`. Knows nothing of other notes, of files or of vaults."""
