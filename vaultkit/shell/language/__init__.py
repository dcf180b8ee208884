"""vaultkit as a language server: what an editor asks of a note, answered on the text that is being typed."""
