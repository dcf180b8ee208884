"""What stands around the notes and could harm them, seen from the settings that lie there; nothing is written."""
