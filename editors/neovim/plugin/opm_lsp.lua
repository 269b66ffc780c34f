-- Starts the server for CUE files, and connects what else there is with Neovim. What to start stands in
-- lsp/opm_lsp.lua alone.

if vim.g.loaded_opm_lsp then
  return
end
vim.g.loaded_opm_lsp = true

local group = vim.api.nvim_create_augroup('opm_lsp', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'cue',
  callback = function(event)
    require('opm.server').opened(event.buf)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == require('opm.client').name then
      require('opm.features').attach(event.buf, client)
      require('opm.document').resume(client)
      require('opm.catalog').resume(client)
    end
  end,
})

vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = { 'opm:/*/*', 'opm-core:/*' },
  callback = function(event)
    require('opm.document').read(event.buf)
  end,
})

vim.api.nvim_create_user_command('Opm', function(command)
  require('opm.command').run(command)
end, {
  nargs = '*',
  desc = 'What the Open Platform Model knows of this place',
  complete = function(...)
    return require('opm.command').complete(...)
  end,
})

require('opm.features').define_highlights()

if vim.lsp.enable then
  vim.lsp.enable('opm_lsp')
end
