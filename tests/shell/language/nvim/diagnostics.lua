-- A broken link is told while it is typed, and no more once it leads somewhere; nothing is saved meanwhile.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Accueil.md")
  local before = editor.codes(note)
  editor.keys("Go<CR>Voir [[Personne ici]].<Esc>")
  editor.wait_for_code(note, "VK401")
  local shown = vim.diagnostic.get(note)[1]
  local place = vim.api.nvim_buf_get_text(note, shown.lnum, shown.col, shown.end_lnum, shown.end_col, {})[1]
  local modified = vim.bo[note].modified
  editor.go_to("Personne ici")
  editor.keys("ct]Courriels & correspondance<Esc>")
  editor.wait_for_code(note, "VK401", true)
  return { before = before, place = place, modified = modified, after = editor.codes(note) }
end)
