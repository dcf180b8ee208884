"""A note, heading, block or tag renamed, and every link that follows."""
