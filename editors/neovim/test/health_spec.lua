-- :checkhealth opm, the help file, the options, and the colors.

local t = require('harness')

--- The report of :checkhealth as one text.
---@return string
local function health()
  vim.cmd('silent checkhealth opm')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
  vim.cmd('silent! bwipeout!')
  return text
end

t.check(':checkhealth says that all is well', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.await_publication(bufnr)
  local report = health()
  t.contains(report, {
    'Neovim ' .. tostring(vim.version()),
    'It runs: opm-lsp',
    'workspace ' .. t.workspace,
    'No other server is attached to CUE files',
    'vim.g.opm_lsp_code_lens is true',
    'lsp.log',
  })
  assert(not report:find('ERROR', 1, true) and not report:find('WARNING', 1, true), report)
end)

t.check(':checkhealth says what is wrong, and what to do', function()
  local config = dofile(vim.api.nvim_get_runtime_file('lsp/opm_lsp.lua', false)[1])
  local server = require('opm.server')
  local real = server.config
  server.config = function()
    return vim.tbl_extend('force', config, { cmd = { '/nowhere/opm-lsp', 'serve' } })
  end
  t.contains(health(), { 'ERROR', '/nowhere/opm-lsp was not found', 'vim.g.opm_lsp_cmd' })
  server.config = function()
    return vim.tbl_extend('force', config, { cmd = { 'false', 'serve' } })
  end
  t.contains(health(), { 'ERROR', '"false version" ends with 1' })
  server.config = real
  vim.g.opm_lsp_inlay_hints = 'yes'
  t.contains(health(), { 'WARNING', 'vim.g.opm_lsp_inlay_hints is "yes"' })
  vim.g.opm_lsp_inlay_hints = nil
end)

t.check(':checkhealth knows another server for CUE', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.await_publication(bufnr)
  local id = assert(
    vim.lsp.start(
      { name = 'cue', cmd = { 'opm-lsp', 'serve' }, root_dir = t.workspace },
      { bufnr = bufnr }
    )
  )
  t.eventually('the other server', function()
    return vim.lsp.get_client_by_id(id).initialized
  end)
  t.contains(health(), { 'WARNING', 'The server cue is attached', 'besideCueLsp' })
  t.await_idle()
  require('opm.server').stop(vim.lsp.get_client_by_id(id), false)
  t.eventually('the end of the other server', function()
    return not vim.lsp.get_client_by_id(id)
  end)
end)

local doc = vim.fs.joinpath(t.repository, 'editors/neovim/doc')

t.check(
  'the help has all commands, options, and colors, and its tags are as :helptags writes them',
  function()
    local help = table.concat(vim.fn.readfile(vim.fs.joinpath(doc, 'opm.txt')), '\n')
    local copy = vim.fs.joinpath(vim.env.HOME, 'doc')
    vim.fn.mkdir(copy)
    vim.fn.writefile(
      vim.fn.readfile(vim.fs.joinpath(doc, 'opm.txt')),
      vim.fs.joinpath(copy, 'opm.txt')
    )
    vim.cmd.helptags(copy)
    t.equal(
      vim.fn.readfile(vim.fs.joinpath(doc, 'tags')),
      vim.fn.readfile(vim.fs.joinpath(copy, 'tags'))
    )
    for name in pairs(require('opm.command').subcommands) do
      t.contains(help, { ('*:Opm-%s*'):format(name) })
    end
    for name in pairs(require('opm.features').options) do
      t.contains(help, { ('*g:%s*'):format(name) })
    end
    t.contains(help, { '*g:opm_lsp_cmd*' })
    for modifier, look in pairs(require('opm.features').modifiers) do
      t.contains(help, { ('*hl-%s*'):format(look.group), modifier, look.default })
    end
    for _, feature in ipairs(require('opm.health').features) do
      t.contains(help, { feature.since })
    end
    vim.cmd.help('opm')
    t.equal(vim.fs.basename(vim.api.nvim_buf_get_name(0)), 'opm.txt')
  end
)

t.check('options turn lenses and hints off, and completion while typing on', function()
  vim.g.opm_lsp_code_lens = false
  vim.g.opm_lsp_inlay_hints = false
  vim.g.opm_lsp_completion = true
  local bufnr = t.open('releases/production/shop.cue')
  t.await_publication(bufnr)
  t.equal(vim.lsp.inlay_hint.is_enabled({ bufnr = bufnr }), false)
  if vim.lsp.codelens.is_enabled then
    t.equal(vim.lsp.codelens.is_enabled({ bufnr = bufnr }), false)
  end
  t.equal(vim.b[bufnr].opm_lenses, nil)
  if vim.lsp.completion then
    t.equal(#vim.api.nvim_get_autocmds({ event = 'InsertCharPre', buffer = bufnr }), 1)
  end
  vim.g.opm_lsp_code_lens = nil
  vim.g.opm_lsp_inlay_hints = nil
  vim.g.opm_lsp_completion = nil
end)

t.check('what the server says of a value has a color, which the user may change', function()
  for modifier, look in pairs(require('opm.features').modifiers) do
    local group = ('@lsp.mod.%s.cue'):format(modifier)
    t.equal(vim.api.nvim_get_hl(0, { name = group }).link, look.group)
    t.equal(vim.api.nvim_get_hl(0, { name = look.group }).link, look.default)
  end
  vim.api.nvim_set_hl(0, 'OpmSecret', { link = 'Error' })
  require('opm.features').define_highlights()
  t.equal(vim.api.nvim_get_hl(0, { name = 'OpmSecret' }).link, 'Error')

  local bufnr = t.open('catalog/managed-web/managed_web.cue')
  local line, byte = t.find(bufnr, '"platform-hardening"')
  vim.api.nvim_win_set_cursor(0, { line, byte })
  local function groups()
    vim.cmd('redraw!')
    return vim.tbl_map(function(mark)
      return mark.opts.hl_group
    end, vim.inspect_pos(bufnr, line - 1, byte).semantic_tokens)
  end
  t.eventually('the mark of an immutable scope', function()
    return vim.list_contains(groups(), '@lsp.mod.immutable.cue')
  end, groups)
end)

t.check('a color scheme does not take the colors away', function()
  vim.cmd.colorscheme('habamax')
  t.equal(vim.api.nvim_get_hl(0, { name = '@lsp.mod.fixed.cue' }).link, 'OpmFixed')
  t.equal(vim.api.nvim_get_hl(0, { name = 'OpmFixed' }).link, 'Constant')
end)

t.check('nothing went wrong on the way', t.nothing_went_wrong)

t.finish()
