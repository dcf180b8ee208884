"""Many notes, found by path and by name; where links lead. Still no disk."""
