"""One module for each command or two that belong together: arguments in, session asked, text out."""
