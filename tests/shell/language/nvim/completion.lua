-- A link is completed from a few letters, in insert mode, from the menu that Neovim opens.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  local note = editor.open("Accueil.md")
  editor.keys("Go<CR>🦷 Voir [[Courr")
  editor.keys("<C-x><C-o>")
  editor.wait(function()
    return vim.fn.pumvisible() == 1
  end, "the menu")
  local words = vim.tbl_map(function(item)
    return item.word
  end, vim.fn.complete_info({ "items" }).items)
  editor.keys("<C-y>")
  editor.keys("<Esc>")
  return { line = vim.api.nvim_get_current_line(), words = words, codes = editor.codes(note) }
end)
