"""The server itself: the protocol, the texts that are open, and who answers: this process or the daemon."""
