-- What is turned on in a buffer when the server attaches to it, and how what the server says of a name looks.

local clients = require('opm.client')

local M = {}

--- The server's own modifiers of semantic tokens, each with its highlight group and what that looks like unless a color
--- scheme or the user says otherwise.
---@type table<string, { group: string, default: string }>
M.modifiers = {
  overridden = { group = 'OpmOverridden', default = 'DiagnosticUnnecessary' },
  fixed = { group = 'OpmFixed', default = 'Constant' },
  immutable = { group = 'OpmImmutable', default = 'Special' },
  secret = { group = 'OpmSecret', default = 'WarningMsg' },
}

function M.define_highlights()
  for modifier, look in pairs(M.modifiers) do
    vim.api.nvim_set_hl(0, look.group, { link = look.default, default = true })
    vim.api.nvim_set_hl(
      0,
      ('@lsp.mod.%s.cue'):format(modifier),
      { link = look.group, default = true }
    )
  end
end

--- The options, each a global variable, with what they are unless they are set.
---@type table<string, boolean>
M.options = {
  opm_lsp_code_lens = true,
  opm_lsp_inlay_hints = true,
  opm_lsp_completion = false,
}

---@param name string
---@return boolean
local function on(name)
  local chosen = vim.g[name]
  if chosen == nil then
    return M.options[name]
  end
  return chosen ~= false and chosen ~= 0
end

--- Asks for the lenses of the buffers that a client knows, where Neovim does not by itself.
---@param client_id integer
function M.refresh_lenses(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.b[bufnr].opm_lenses then
      vim.lsp.codelens.refresh({ bufnr = bufnr })
    end
  end
end

--- Shows lenses, and keeps them: before 0.12 an editor had to be told when to ask.
---@param bufnr integer
---@param group integer
local function show_lenses(bufnr, group)
  if vim.lsp.codelens.enable then
    -- Right after LspAttach Neovim itself asks for the lenses of buffers that have them enabled. Were they enabled
    -- before that, it would ask twice, and leave those empty whose titles it asks for in between.
    vim.schedule(function()
      vim.schedule(function()
        if vim.api.nvim_buf_is_valid(bufnr) then
          vim.lsp.codelens.enable(true, { bufnr = bufnr })
        end
      end)
    end)
    return
  end
  vim.b[bufnr].opm_lenses = true
  local function refresh()
    if clients.all({ bufnr = bufnr })[1] then
      vim.lsp.codelens.refresh({ bufnr = bufnr })
    end
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
    group = group,
    buffer = bufnr,
    callback = refresh,
  })
  refresh()
end

--- Turns on what the options say.
---@param bufnr integer
---@param client table
function M.attach(bufnr, client)
  local group = vim.api.nvim_create_augroup('opm_lsp_buffer_' .. bufnr, {})
  if on('opm_lsp_code_lens') then
    show_lenses(bufnr, group)
  end
  if on('opm_lsp_inlay_hints') then
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
  end
  if on('opm_lsp_completion') and vim.lsp.completion then
    vim.lsp.completion.enable(true, client.id, bufnr, { autotrigger = true })
  end
end

return M
