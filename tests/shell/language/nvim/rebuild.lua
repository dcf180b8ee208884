-- A child note changes; the regions of the synthesis follow in its buffer, and what is typed there stays.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local child = "Cabinet Pestalozzi/Sécurité & accès.md"
  local synthesis = "Cabinet Pestalozzi/Synthèse IT – Cabinet Pestalozzi.md"
  editor.open(child)
  editor.go_to("compte commun, écrans toujours ouverts")
  editor.keys("ct,serveur sans copie<Esc>")
  local note = editor.open(synthesis)
  editor.go_to("Ce document s’adresse")
  editor.keys("OUne phrase 🦷 tapée, pas encore enregistrée.<CR><Esc>")
  editor.go_to("Prochain rendez-vous")
  local line = vim.api.nvim_get_current_line()
  vim.lsp.buf.execute_command({ command = "vaultkit.rebuild", arguments = { editor.uri(synthesis) } })
  editor.wait(function()
    return editor.text(note):find("Serveur sans copie", 1, true)
  end, "the region to follow")
  local text, line_after = editor.text(note), vim.api.nvim_get_current_line()
  local modified = vim.bo[note].modified
  vim.cmd("silent undo")
  return {
    text = text,
    undone = editor.text(note),
    line = line,
    line_after = line_after,
    modified = modified,
  }
end)
