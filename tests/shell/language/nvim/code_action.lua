-- A plain name in `backlinks` is told, and the code action makes a link of it, in the buffer alone.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Cabinet Pestalozzi/Synthèse IT – Cabinet Pestalozzi.md")
  editor.go_to('"[[Sécurité & accès]]"')
  editor.keys("CSécurité & accès<Esc>")
  editor.wait(function()
    return #editor.codes(note) > 0
  end, "a diagnostic")
  local codes = editor.codes(note)
  local titles = editor.act(os.getenv("VAULTKIT_TITLE"))
  editor.wait(function()
    return editor.text(note):find('"[[Sécurité & accès]]"', 1, true)
  end, "the fix")
  editor.wait(function()
    return #editor.codes(note) == 0
  end, "the diagnostics to go")
  return { codes = codes, titles = titles, text = editor.text(note), modified = vim.bo[note].modified }
end)
