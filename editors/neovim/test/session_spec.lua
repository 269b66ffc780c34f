-- A quarter of an hour of ordinary editing, as many steps as a person takes in that time, as fast as the editor takes
-- them, or, when OPM_LSP_TEST_MINUTES says how long, at the pace of a person; then nobody has anything to complain
-- about: Neovim, its log, nor the server in its own.

local t = require('harness')

local server_log = vim.fs.joinpath(vim.env.HOME, 'server.log')
vim.g.opm_lsp_cmd = { 'opm-lsp', 'serve', '--log-file', server_log }

local minutes = tonumber(vim.env.OPM_LSP_TEST_MINUTES) or 0

-- Neovim waits a moment before it says what was typed, in which a person does nothing, and these steps do much. That
-- is changed in the way that works with every version: by a file of the user's own.
if minutes == 0 then
  local own = vim.fs.joinpath(vim.env.HOME, 'own')
  vim.fn.mkdir(vim.fs.joinpath(own, 'lsp'), 'p')
  vim.fn.writefile(
    { 'return { flags = { debounce_text_changes = 0 } }' },
    vim.fs.joinpath(own, 'lsp/opm_lsp.lua')
  )
  vim.opt.rtp:append(own)
end

--- Steps of a person: one every two seconds for a quarter of an hour.
local steps = 450

local files = {
  'releases/dev/web.cue',
  'releases/staging/web.cue',
  'releases/staging/shop.cue',
  'releases/production/web.cue',
  'releases/production/shop.cue',
  'catalog/managed-web/managed_web.cue',
  'catalog/managed-shop/managed_shop.cue',
  'definitions/web-app/web_app.cue',
  'definitions/shop/values.cue',
  'opm-lsp.cue',
}

--- A run of numbers that is the same each time.
local seed = 20260401
---@param limit integer
---@return integer from 1 to the limit
local function choose(limit)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return math.floor(seed / 65536) % limit + 1
end

local function switch()
  vim.cmd.edit(vim.fs.joinpath(t.workspace, files[choose(#files)]))
end

local function somewhere()
  local line = choose(vim.api.nvim_buf_line_count(0))
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.cmd.normal('^')
end

--- What a person does, each as often as it stands here.
---@type table<string, { often: integer, run: fun() }>
local ways = {
  ['type a line and take it back'] = {
    often = 5,
    run = function()
      somewhere()
      t.type('oreplicas: ' .. choose(20) .. '<Esc>')
      vim.cmd('silent undo')
    end,
  },
  ['change a word and mend it'] = {
    often = 5,
    run = function()
      somewhere()
      t.type('cwxyz<Esc>')
      t.await_idle()
      vim.cmd('silent undo')
    end,
  },
  ['half a line, for a while'] = {
    often = 3,
    run = function()
      somewhere()
      t.type('O"äö🙂: {<Esc>')
      vim.lsp.buf.hover()
      t.await_idle()
      vim.cmd('silent undo')
    end,
  },
  ['delete a paragraph, look, take it back'] = {
    often = 2,
    run = function()
      somewhere()
      vim.cmd.normal('dap')
      t.await_idle()
      vim.cmd('silent undo')
    end,
  },
  ['go to another file'] = { often = 6, run = switch },
  ['look at a value'] = {
    often = 3,
    run = function()
      somewhere()
      vim.lsp.buf.hover()
      t.await_idle()
    end,
  },
  ['complete'] = {
    often = 3,
    run = function()
      somewhere()
      vim.api.nvim_create_autocmd('TextChangedI', {
        once = true,
        callback = function()
          t.await_idle()
          vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 'n', false)
        end,
      })
      t.type('om<C-x><C-o>')
      vim.cmd('silent undo')
    end,
  },
  ['go to the definition'] = {
    often = 2,
    run = function()
      somewhere()
      vim.lsp.buf.definition()
      t.await_idle()
      vim.cmd('silent! cclose')
    end,
  },
  ['look for references'] = {
    often = 1,
    run = function()
      somewhere()
      vim.lsp.buf.references(nil, { on_list = function() end })
      t.await_idle()
    end,
  },
  ['save'] = {
    often = 3,
    run = function()
      vim.cmd('silent update')
    end,
  },
  ['format'] = {
    often = 1,
    run = function()
      vim.lsp.buf.format({ timeout_ms = 20000 })
      vim.cmd('silent update')
    end,
  },
  ['rename a value and back'] = {
    often = 1,
    run = function()
      vim.cmd.edit(vim.fs.joinpath(t.workspace, 'releases/dev/web.cue'))
      t.client(0)
      for _, names in ipairs({ { 'keepFor', 'holdFor' }, { 'holdFor', 'keepFor' } }) do
        vim.api.nvim_win_set_cursor(0, { t.find(0, names[1]) })
        vim.lsp.buf.rename(names[2])
        t.eventually('the new name', function()
          return (pcall(t.find, 0, names[2]))
        end)
        -- Neovim tells of the other files a moment later, unless it is told not to wait; nobody types a name that fast.
        vim.wait(minutes > 0 and 1000 or 0, function() end)
      end
      vim.cmd('silent wall')
    end,
  },
  ['change a Module and back'] = {
    often = 2,
    run = function()
      vim.cmd.edit(vim.fs.joinpath(t.workspace, 'catalog/managed-web/managed_web.cue'))
      t.replace(0, '| *"14d"', '| *"1d"')
      vim.cmd('silent write')
      t.await_idle()
      t.replace(0, '| *"1d"', '| *"14d"')
      vim.cmd('silent write')
    end,
  },
  ['look at the effective configuration and the catalog'] = {
    often = 2,
    run = function()
      vim.cmd.edit(vim.fs.joinpath(t.workspace, 'releases/production/shop.cue'))
      t.client(0)
      vim.cmd('Opm effective')
      t.await_idle()
      vim.cmd.wincmd('p')
      vim.cmd('Opm catalog')
      t.await_idle()
      vim.cmd.wincmd('p')
    end,
  },
  ['close a file'] = {
    often = 2,
    run = function()
      t.await_settled()
      vim.cmd('silent only')
      vim.cmd('silent! bdelete!')
      switch()
    end,
  },
  ['make a new file, and delete it'] = {
    often = 1,
    run = function()
      local path = vim.fs.joinpath(t.workspace, 'releases/dev/new.cue')
      vim.cmd.edit(path)
      t.type('ipackage new<CR><CR>#ModuleRelease & {<CR>#metadata: name: "new"<CR>}<Esc>')
      vim.cmd('silent write')
      t.await_settled()
      vim.cmd('silent bdelete!')
      vim.fn.delete(path)
      switch()
    end,
  },
  ['restart the server'] = {
    often = 1,
    run = function()
      t.await_idle()
      local before = t.client(0).id
      vim.cmd('Opm restart')
      t.eventually('another client', function()
        local client = vim.lsp.get_clients({ bufnr = 0, name = 'opm_lsp' })[1]
        return client and client.initialized and client.id ~= before
      end)
    end,
  },
}

local names = vim.tbl_keys(ways)
table.sort(names)
local bag = {}
for _, name in ipairs(names) do
  for _ = 1, ways[name].often do
    table.insert(bag, name)
  end
end

t.check(('%d steps of ordinary editing'):format(steps), function()
  -- A name that has no definition is no reason to complain, and a person sees that there is none.
  vim.lsp.log.set_level('warn')
  switch()
  if minutes == 0 then
    t.equal(t.client(0).config.flags.debounce_text_changes, 0)
  end
  local done = {}
  local began = vim.uv.now()
  for step = 1, steps do
    local name = bag[choose(#bag)]
    done[name] = (done[name] or 0) + 1
    local ok, err = xpcall(ways[name].run, debug.traceback)
    if not ok then
      error(('step %d, %s in %s: %s'):format(step, name, vim.api.nvim_buf_get_name(0), err))
    end
    -- What is on the screen is drawn, as it is for a person.
    vim.cmd('silent redraw')
    t.breathe()
    -- A person looks at that until the time for the next step has come.
    local left = began + step * minutes * 60000 / steps - vim.uv.now()
    if left > 0 then
      vim.wait(left, function() end)
    end
  end
  for _, name in ipairs(names) do
    assert(done[name], 'nobody did this: ' .. name)
  end
end)

t.check('all is as it was before', function()
  t.await_idle()
  vim.cmd('silent wall')
  for _, path in ipairs(files) do
    t.equal(
      vim.fn.readfile(vim.fs.joinpath(t.workspace, path)),
      vim.fn.readfile(vim.fs.joinpath(t.repository, 'testdata/workspace', path))
    )
  end
  t.await_diagnostics(t.open('releases/staging/web.cue'), {
    'release/unknown-value replcas',
    'release/invalid-value "stagging"',
  })
end)

t.check('nobody complains', function()
  t.forget_expected(function(said)
    -- What Neovim says where there is nothing at the cursor.
    return said:find('No information available', 1, true)
      or said:find('No locations found', 1, true)
      or said:find('No references found', 1, true)
      or said:find('nothing to hover', 1, true)
  end)
  t.nothing_went_wrong()
  local messages = vim.fn.execute('messages')
  assert(not messages:find('E%d+:') and not messages:lower():find('error'), messages)
  t.equal(vim.tbl_filter(t.complains, vim.fn.readfile(server_log)), {})
end)

t.finish()
