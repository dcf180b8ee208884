"""Results and models become Markdown: templates, and the regions that hold what they say."""
