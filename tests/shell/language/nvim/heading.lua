-- A heading is renamed where it stands, and a link to it in another note says its new text.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Cabinet Pestalozzi/📨 Réception et courrier – Nadia.md")
  editor.go_to("## Le classement", 6)
  vim.lsp.buf.rename("🗂️ Le rangement : ce qui va où")
  editor.wait(function()
    return editor.text(note):find("## 🗂️ Le rangement", 1, true)
  end, "the heading")
  editor.save_all()
  return { text = editor.text(note) }
end)
