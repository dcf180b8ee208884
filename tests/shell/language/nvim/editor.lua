-- Plays a scenario in Neovim with the language server of vaultkit, as a person would: keys typed, commands given.
-- The scenario is a coroutine: while it waits, Neovim goes on in its own loop. What it returns is written as JSON.
--
-- From the environment: VAULTKIT_LSP (the server's command, JSON), VAULTKIT_VAULT, VAULTKIT_RESULT (a file to write).

local M = { vault = os.getenv("VAULTKIT_VAULT"), told = {} }

local patience = 60 * 1000 -- how long a wait may last before the scenario fails, in milliseconds

vim.o.swapfile = false
vim.o.hidden = true
vim.o.completeopt = "menuone,noinsert"
vim.o.shortmess = vim.o.shortmess .. "cF"
vim.notify = function(message)
  table.insert(M.told, message)
end
vim.lsp.handlers["window/showMessage"] = function(_, result)
  table.insert(M.told, result.message)
end

--- Wait until `condition` gives something, and return that.
function M.wait(condition, what)
  local began = vim.loop.now()
  while true do
    local found = condition()
    if found then
      return found
    end
    if vim.loop.now() - began > patience then
      error("waited in vain for " .. what .. "; told: " .. vim.inspect(M.told))
    end
    local thread = coroutine.running()
    vim.defer_fn(function()
      M.resume(thread)
    end, 20)
    coroutine.yield()
  end
end

--- Type keys as a person does; they have had their effect when this returns.
function M.keys(said)
  local done = false
  vim.api.nvim_input(said .. "<Cmd>lua _G.vaultkit_typed = true<CR>")
  M.wait(function()
    done = _G.vaultkit_typed
    return done
  end, "the keys " .. said)
  _G.vaultkit_typed = nil
end

--- Open a note; return its buffer once the server listens to it.
function M.open(path)
  vim.cmd("edit " .. vim.fn.fnameescape(M.vault .. "/" .. path))
  vim.bo.omnifunc = "v:lua.vim.lsp.omnifunc"
  local buffer = vim.api.nvim_get_current_buf()
  assert(vim.lsp.buf_attach_client(buffer, M.client))
  return buffer
end

--- Put the cursor on the first place of `words`, `right` characters (bytes) further.
function M.go_to(words, right)
  vim.fn.cursor(1, 1)
  local line, column = unpack(vim.fn.searchpos("\\V" .. vim.fn.escape(words, "\\"), "cW"))
  assert(line > 0, "no such words: " .. words)
  vim.api.nvim_win_set_cursor(0, { line, column - 1 + (right or 0) })
end

function M.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), "\n") .. "\n"
end

function M.uri(path)
  return vim.uri_from_fname(M.vault .. "/" .. path)
end

--- Return the codes of the diagnostics that are shown in a buffer, in text order.
function M.codes(buffer)
  local found = vim.diagnostic.get(buffer)
  table.sort(found, function(one, other)
    return one.lnum < other.lnum
  end)
  return vim.tbl_map(function(one)
    return one.code or one.user_data.lsp.code
  end, found)
end

--- Wait until a diagnostic with this code is shown, or (with `gone`) none any more.
function M.wait_for_code(buffer, code, gone)
  M.wait(function()
    return vim.tbl_contains(M.codes(buffer), code) ~= (gone or false)
  end, code .. (gone and " to go" or "") .. ", shown: " .. vim.inspect(M.codes(buffer)))
end

--- Choose the code action whose title begins so; return all titles that were offered.
function M.act(beginning)
  local titles
  vim.ui.select = function(offered, _, choose)
    titles = vim.tbl_map(function(tuple)
      return tuple[2].title
    end, offered)
    for _, tuple in ipairs(offered) do
      if vim.startswith(tuple[2].title, beginning) then
        return choose(tuple)
      end
    end
    choose(nil)
  end
  vim.lsp.buf.code_action()
  M.wait(function()
    return titles
  end, "code actions")
  return titles
end

function M.save_all()
  vim.cmd("silent wall!")
end

local function write(result)
  local file = assert(io.open(os.getenv("VAULTKIT_RESULT"), "w"))
  file:write(vim.json.encode(result))
  file:close()
  vim.cmd("qall!")
end

function M.resume(thread)
  local ok, said = coroutine.resume(thread)
  if not ok then
    write({ failed = debug.traceback(thread, tostring(said)) })
  end
end

--- Start the server, play the scenario, write what it returns, and leave.
function M.play(scenario)
  local thread = coroutine.create(function()
    M.client = vim.lsp.start_client({
      name = "vaultkit",
      cmd = vim.json.decode(os.getenv("VAULTKIT_LSP")),
      root_dir = M.vault,
      workspace_folders = { { uri = vim.uri_from_fname(M.vault), name = "vault" } },
      flags = { debounce_text_changes = 20 },
    })
    M.wait(function()
      local client = vim.lsp.get_client_by_id(M.client)
      return client and client.initialized
    end, "the server")
    local result = scenario(M)
    result.told = M.told
    write({ result = result })
  end)
  vim.defer_fn(function()
    M.resume(thread)
  end, 0)
end

return M
