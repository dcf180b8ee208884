"""The control socket: how other programs of the user talk to the daemon, and write for it."""
