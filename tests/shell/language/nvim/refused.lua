-- A name that no note can have is refused in words, and nothing is touched.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Accueil.md")
  local before = editor.text(note)
  editor.keys("Go<CR>[[Courriels & correspondance]]<Esc>")
  editor.go_to("[[Courriels & correspondance]]", 4)
  vim.lsp.buf.rename("Courriels | tout")
  editor.wait(function()
    return #editor.told > 0
  end, "the refusal")
  return { same = vim.startswith(editor.text(note), before) }
end)
