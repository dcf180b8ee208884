"""Frontmatter and section schemas: what a note of a category has to hold. It knows no disk and prints nothing."""
