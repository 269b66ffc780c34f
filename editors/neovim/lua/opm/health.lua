-- :checkhealth opm

local clients = require('opm.client')
local server = require('opm.server')

local M = {}

--- What this plugin has from which version of Neovim on.
---@type { since: string, what: string }[]
M.features = {
  { since = '0.10', what = ':Opm, live texts, lenses, hints, semantic tokens' },
  {
    since = '0.11',
    what = 'vim.lsp.config and vim.lsp.enable, completion while typing, folds from the server',
  },
  {
    since = '0.12',
    what = 'lenses above the line, diagnostics when asked for, growing selections',
  },
}

local function check_neovim()
  vim.health.start('Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    vim.health.error(('Neovim %s is too old: opm needs 0.10 or later.'):format(version))
    return
  end
  vim.health.ok('Neovim ' .. version)
  for _, feature in ipairs(M.features) do
    if vim.fn.has('nvim-' .. feature.since) == 1 then
      vim.health.ok(feature.what)
    else
      vim.health.info(('%s: from Neovim %s on'):format(feature.what, feature.since))
    end
  end
  for name, default in vim.spairs(require('opm.features').options) do
    local chosen = vim.g[name]
    if chosen ~= nil and type(chosen) ~= 'boolean' then
      vim.health.warn(
        ('vim.g.%s is %s, but should be true or false.'):format(name, vim.inspect(chosen))
      )
    else
      vim.health.info(('vim.g.%s is %s'):format(name, chosen == nil and default or chosen))
    end
  end
end

--- Whether the program is there and runs.
local function check_program()
  vim.health.start('The server')
  local cmd = server.config().cmd
  if type(cmd) ~= 'table' then
    vim.health.info('A function of yours starts it, so there is no program to look at.')
    return
  end
  local missing = server.missing_program(cmd)
  if missing then
    vim.health.error(('The program %s was not found.'):format(missing), {
      'Put opm-lsp on your PATH.',
      "Or say where it is: vim.g.opm_lsp_cmd = '/path/to/opm-lsp'",
    })
    return
  end
  vim.health.ok(('%s is %s'):format(cmd[1], vim.fn.exepath(cmd[1])))
  local run = vim.system({ cmd[1], 'version' }, { text = true }):wait(5000)
  local said = vim.trim((run.stdout or '') .. (run.stderr or ''))
  if run.code == 0 and vim.startswith(said, 'opm-lsp ') then
    vim.health.ok('It runs: ' .. vim.split(said, '\n')[1])
  else
    vim.health.error(('"%s version" ends with %d: %s'):format(cmd[1], run.code, said), {
      'Is it opm-lsp, and built for this machine?',
    })
  end
end

--- The clients that run, and where.
local function check_clients()
  vim.health.start('Running')
  local running = clients.all()
  if #running == 0 then
    vim.health.info('No server runs. It starts when you open a CUE file.')
  end
  for _, client in ipairs(running) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local where = client.config.root_dir
    local said = ('client %d, %d file%s, workspace %s'):format(
      client.id,
      buffers,
      buffers == 1 and '' or 's',
      where or 'none'
    )
    if where then
      vim.health.ok(said)
    else
      vim.health.warn(said, {
        'Only the open files are known. An opm-lsp.cue, cue.mod or .git makes a directory a workspace.',
      })
    end
  end
  local log = vim.fs.joinpath(vim.fn.stdpath('log'), 'lsp.log')
  vim.health.info('What the server says goes to ' .. log)
end

--- Other servers for the same files.
local function check_others()
  local others = {}
  for _, client in ipairs(vim.lsp.get_clients()) do
    for bufnr in pairs(client.attached_buffers) do
      if
        client.name ~= clients.name
        and vim.api.nvim_buf_is_valid(bufnr)
        and vim.bo[bufnr].filetype == 'cue'
      then
        others[client.name] = true
      end
    end
  end
  for name in vim.spairs(others) do
    vim.health.warn(
      ('The server %s is attached to CUE files as well: some answers come twice.'):format(name),
      {
        "Leave plain CUE to it: vim.lsp.config('opm_lsp', { settings = { opm = { besideCueLsp = true } } })",
      }
    )
  end
  if next(others) == nil then
    vim.health.ok('No other server is attached to CUE files.')
  end
end

function M.check()
  check_neovim()
  check_program()
  check_clients()
  check_others()
end

return M
