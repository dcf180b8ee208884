"""The daemon: keeps a vault true while a person writes in it."""
