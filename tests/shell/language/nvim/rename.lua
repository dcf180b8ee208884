-- A note is renamed from a link to it: the file has moved, and the links to it in files that were not open follow.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Cabinet Pestalozzi/Sécurité & accès.md")
  editor.keys("Go<CR>Pas encore enregistré : [[Courriels & correspondance]].<Esc>")
  editor.go_to("[[Courriels & correspondance]]", 4)
  vim.lsp.buf.rename("Messagerie & chiffrement")
  editor.wait(function()
    return not editor.text(note):find("[[Courriels", 1, true)
  end, "the link to say the new name")
  local before_saving = vim.fn.filereadable(editor.vault .. "/Cabinet Pestalozzi/Messagerie & chiffrement.md")
  editor.save_all()
  return { text = editor.text(note), moved = before_saving }
end)
