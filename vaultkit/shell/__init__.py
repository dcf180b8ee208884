"""What touches the world: disk, journal, session, command line."""
