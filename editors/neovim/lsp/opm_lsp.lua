-- The one description of the server for Neovim. From 0.11 on Neovim itself reads this file, since it lies in
-- `lsp/` and bears the configuration's name; on 0.10, plugin/opm_lsp.lua does.

--- The command that starts the server: what the user asks for, else what the PATH has, else what
--- `make build` left in the checkout that this plugin is part of.
---@return string[]
local function command()
  local chosen = vim.g.opm_lsp_cmd
  if type(chosen) == 'string' then
    return { vim.fs.normalize(chosen), 'serve' }
  elseif type(chosen) == 'table' then
    return chosen
  end

  if vim.fn.executable('opm-lsp') == 0 then
    local this_file = debug.getinfo(1, 'S').source:sub(2)
    local checkout = vim.fn.fnamemodify(vim.fn.resolve(this_file), ':p:h:h:h:h')
    local built = vim.fs.joinpath(checkout, 'bin', 'opm-lsp')
    if vim.fn.executable(built) == 1 then
      return { built, 'serve' }
    end
  end
  return { 'opm-lsp', 'serve' }
end

local protocol = require('opm.protocol')

return {
  cmd = command(),
  filetypes = { 'cue' },
  -- In order of preference, not of nearness: a CUE module inside an OPM workspace does not hide the workspace.
  root_markers = { 'opm-lsp.cue', 'cue.mod', '.git' },
  capabilities = protocol.capabilities(),
  handlers = protocol.handlers,
  commands = protocol.commands,
}
