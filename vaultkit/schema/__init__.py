"""Frontmatter and section schemas: what a note of a category has to hold."""
