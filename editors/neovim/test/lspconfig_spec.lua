-- The entry for nvim-lspconfig, without this plugin: what a user has who takes it from there.

local t = require('harness')

local function entry(directory)
  return dofile(vim.fs.joinpath(t.repository, 'editors/neovim', directory, 'lsp/opm_lsp.lua'))
end

local alone = entry('nvim-lspconfig')

t.check('the entry says what the plugin says', function()
  vim.opt.rtp:prepend(vim.fs.joinpath(t.repository, 'editors/neovim')) -- for what the plugin's own requires
  local plugin = entry('.')
  vim.opt.rtp:remove(vim.fs.joinpath(t.repository, 'editors/neovim'))
  t.equal(alone.cmd, plugin.cmd)
  t.equal(alone.filetypes, plugin.filetypes)
  t.equal(alone.root_markers, plugin.root_markers)
end)

if vim.lsp.enable then
  vim.lsp.enable('opm_lsp')
else
  -- As nvim-lspconfig does on 0.10.
  vim.api.nvim_create_autocmd('FileType', {
    pattern = alone.filetypes,
    callback = function(event)
      vim.lsp.start({
        name = 'opm_lsp',
        cmd = alone.cmd,
        root_dir = vim.fs.root(event.buf, alone.root_markers),
      })
    end,
  })
end

t.check('the server attaches and says what is wrong', function()
  local bufnr = t.open('releases/staging/web.cue')
  t.await_diagnostics(
    bufnr,
    { 'release/unknown-value replcas', 'release/invalid-value "stagging"' }
  )
  t.equal(vim.fn.exists(':Opm'), 0)
end)

t.check('a command of the server opens what it shows, as a file', function()
  local bufnr = t.open('releases/dev/web.cue')
  local client = t.client(bufnr)
  local params = { command = 'opm.effective', arguments = { 'web-dev/web' } }
  vim.lsp.buf_request(bufnr, 'workspace/executeCommand', params, function() end)
  t.eventually('the effective configuration', function()
    return vim.api.nvim_get_current_buf() ~= bufnr and pcall(t.find, 0, 'keepFor: "2d"')
  end)
  t.equal(client.name, 'opm_lsp')
end)

t.check('nothing went wrong on the way', t.nothing_went_wrong)

t.finish()
