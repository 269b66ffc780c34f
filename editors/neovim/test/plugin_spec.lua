-- What the plugin does before there is a server: which program it starts, and what it says when there is none.

local t = require('harness')

local config_file = vim.api.nvim_get_runtime_file('lsp/opm_lsp.lua', false)[1]
local outer_path = vim.env.PATH

--- The command that the configuration holds with this PATH and this choice of the user.
---@param path string
---@param chosen any
---@return string[]
local function command(path, chosen)
  vim.env.PATH = path
  vim.g.opm_lsp_cmd = chosen
  local config = dofile(config_file)
  vim.env.PATH = outer_path
  vim.g.opm_lsp_cmd = nil
  return config.cmd
end

local empty = vim.fs.joinpath(vim.env.HOME, 'empty')
local bin = vim.fs.joinpath(t.repository, 'bin')

t.check('opm-lsp on the PATH is started', function()
  t.equal(command(bin, nil), { 'opm-lsp', 'serve' })
end)

t.check('without one, that of the checkout', function()
  t.equal(command(empty, nil), { vim.fs.joinpath(bin, 'opm-lsp'), 'serve' })
end)

t.check('vim.g.opm_lsp_cmd names a program', function()
  t.equal(command(bin, '~/other'), { vim.fs.joinpath(vim.env.HOME, 'other'), 'serve' })
end)

t.check('vim.g.opm_lsp_cmd names a whole command', function()
  t.equal(command(bin, { 'other', '-x' }), { 'other', '-x' })
end)

t.check('a missing server is said once', function()
  vim.g.opm_lsp_cmd = vim.fs.joinpath(empty, 'opm-lsp')
  for _, name in ipairs({ 'one.cue', 'two.cue' }) do
    vim.cmd.edit(vim.fs.joinpath(vim.env.HOME, name))
    t.equal(vim.bo.filetype, 'cue')
  end
  t.equal(#t.notifications, 1)
  t.contains(t.notifications[1], { vim.g.opm_lsp_cmd, 'was not found', 'vim.g.opm_lsp_cmd' })
  t.equal(vim.lsp.get_clients(), {})
end)

t.finish()
