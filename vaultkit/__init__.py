"""vaultkit keeps the synthesis of an Obsidian mission true while it is being written."""

__version__ = "0.1.0"
