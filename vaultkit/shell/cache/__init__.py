"""What was worked out before, so that it need not be worked out again; never a source of truth."""
