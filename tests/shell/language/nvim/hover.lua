-- What a link leads to is shown without going there; then the cursor goes there.
local editor = dofile(os.getenv("VAULTKIT_SCENARIOS") .. "/editor.lua")

editor.play(function()
  editor.open("Cabinet Pestalozzi/Sécurité & accès.md")
  editor.go_to("[[Synthèse IT", 4)
  vim.lsp.buf.hover()
  local shown = editor.wait(function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return editor.text(vim.api.nvim_win_get_buf(window))
      end
    end
  end, "the preview")
  editor.go_to("[[Synthèse IT", 4)
  vim.lsp.buf.definition()
  local there = editor.wait(function()
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ":t")
    return vim.startswith(name, "Synthèse IT") and name
  end, "the synthesis")
  return { shown = shown, there = there }
end)
