"""What starts the daemon when a person logs in: systemd, launchd or the Task Scheduler; knows nothing of notes."""
