-- What Neovim's own functions do with the server: each check calls what a key of a user calls, and looks at what is
-- then in the buffers and on the screen.

local t = require('harness')

local newer = vim.fn.has('nvim-0.12') == 1

--- The texts that stand in a buffer without being in its file: lenses and hints, line by line.
---@param bufnr integer
---@param name string part of the name of their namespace
---@return string[]
local function virtual_texts(bufnr, name)
  vim.cmd('redraw!') -- Neovim asks for, and places, what is on the screen when it draws it
  local texts = {}
  for namespace, id in pairs(vim.api.nvim_get_namespaces()) do
    if namespace:find(name, 1, true) then
      local marks = vim.api.nvim_buf_get_extmarks(bufnr, id, 0, -1, { details = true })
      for _, mark in ipairs(marks) do
        local chunks = {}
        vim.list_extend(chunks, mark[4].virt_text or {})
        for _, line in ipairs(mark[4].virt_lines or {}) do
          vim.list_extend(chunks, line)
        end
        local text = vim.iter(chunks):fold('', function(all, chunk)
          return all .. chunk[1]
        end)
        table.insert(texts, ('%d: %s'):format(mark[2] + 1, vim.trim(text)))
      end
    end
  end
  table.sort(texts)
  return texts
end

--- Waits until a text stands on the screen of the buffer.
---@param bufnr integer
---@param name string part of the name of the namespace
---@param expected string[] a part of each text
local function await_virtual_texts(bufnr, name, expected)
  t.eventually(vim.inspect(expected), function()
    local all = table.concat(virtual_texts(bufnr, name), '\n')
    return vim.iter(expected):all(function(text)
      return all:find(text, 1, true)
    end)
  end, function()
    return virtual_texts(bufnr, name)
  end)
end

--- Puts the cursor on the one occurrence of a text in the current buffer.
---@param text string
local function go_to(text)
  vim.api.nvim_win_set_cursor(0, { t.find(0, text) })
end

--- What a function of vim.lsp.buf would put into the quickfix list.
---@param ask fun(on_list: fun(list: table))
---@return string[] each as <file>:<line>: <text>
local function listed(ask)
  local list
  ask(function(found)
    list = found
  end)
  t.eventually('a list', function()
    return list
  end)
  return vim.tbl_map(function(item)
    local file = vim.fs.basename(item.filename or vim.api.nvim_buf_get_name(item.bufnr))
    return ('%s:%d: %s'):format(file, item.lnum, vim.trim(item.text))
  end, list.items)
end

local staging_wrong = { 'release/unknown-value replcas', 'release/invalid-value "stagging"' }

t.check('a code action mends a wrong value, and its diagnostic is gone', function()
  local bufnr = t.open('releases/staging/web.cue')
  t.await_diagnostics(bufnr, staging_wrong)
  go_to('"stagging"')
  local offered
  vim.ui.select = function(actions, options, choose)
    offered = vim.tbl_map(options.format_item, actions)
    choose(actions[1], 1)
  end
  vim.lsp.buf.code_action()
  -- What is mended says nothing new now: that is a hint.
  t.await_diagnostics(
    bufnr,
    { 'release/unknown-value replcas', 'release/redundant-value environment: "staging"' }
  )
  t.contains(offered[1], { '"staging"' })
  t.find(bufnr, 'environment: "staging"')
  vim.cmd.undo()
  t.await_diagnostics(bufnr, staging_wrong)
end)

t.check('a value is renamed in all layers, files and packages, and stays right', function()
  local release = t.open('releases/dev/web.cue')
  local wrong = t.open('releases/staging/web.cue')
  t.await_diagnostics(wrong, staging_wrong)
  vim.api.nvim_set_current_buf(release)
  go_to('replicas')
  vim.lsp.buf.rename('copies')
  t.eventually('the new name', function()
    return table.concat(vim.api.nvim_buf_get_lines(release, 0, -1, true)):find('copies: 1', 1, true)
  end)
  local changed = {}
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[bufnr].modified then
      local name = vim.api.nvim_buf_get_name(bufnr)
      table.insert(changed, vim.fs.basename(vim.fs.dirname(name)) .. '/' .. vim.fs.basename(name))
    end
  end
  table.sort(changed)
  t.equal(
    changed,
    { 'dev/web.cue', 'managed-web/managed_web.cue', 'production/web.cue', 'web-app/web_app.cue' }
  )
  -- The word about the new texts, not that about the old ones: the release that is wrong is told another name.
  t.eventually('the diagnostic that speaks of the new name', function()
    local first = t.diagnostics(wrong)[1]
    return first
      and first.message:find('managed-web', 1, true)
      and not first.message:find('replicas')
  end, function()
    return t.diagnostics(wrong)
  end)
  t.await_diagnostics(wrong, staging_wrong)
  t.await_diagnostics(release, {})
end)

t.check('code lenses are shown, and running one opens what it is about', function()
  local bufnr = t.open('releases/dev/web.cue')
  await_virtual_texts(bufnr, 'codelens', { 'managed-web 1.4.0-platform.2', 'show effective' })
  go_to('#ModuleRelease')
  vim.lsp.codelens.run()
  local shown = t.eventually('the effective configuration', function()
    local current = vim.api.nvim_get_current_buf()
    return current ~= bufnr and vim.api.nvim_buf_line_count(current) > 10 and current
  end)
  t.contains(
    table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, true), '\n'),
    { 'web-dev/web', 'replicas: 1', 'managed_web.cue' }
  )
end)

t.check('inlay hints say what an override replaces', function()
  local bufnr = t.open('releases/dev/web.cue')
  await_virtual_texts(bufnr, 'inlayhint', { '24: was 3', '27: was "1.4.0-patched"' })
end)

t.check('semantic tokens color names by what they are', function()
  local bufnr = t.open('releases/dev/web.cue')
  local line, byte = t.find(bufnr, 'replicas')
  local tokens = t.eventually('tokens', function()
    local found = vim.lsp.semantic_tokens.get_at_pos(bufnr, line - 1, byte)
    return found and #found > 0 and found
  end)
  t.equal(tokens[1].type, 'property')
  t.eventually('the highlight on the screen', function()
    vim.cmd('redraw!')
    return vim.iter(vim.inspect_pos(bufnr, line - 1, byte).semantic_tokens):any(function(mark)
      return mark.opts.hl_group == '@lsp.type.property.cue'
    end)
  end, function()
    return vim.inspect_pos(bufnr, line - 1, byte).semantic_tokens
  end)
end)

t.check('the symbols of a document are what stands in it', function()
  t.open('catalog/managed-web/managed_web.cue')
  local all = table.concat(
    listed(function(on_list)
      vim.lsp.buf.document_symbol({ on_list = on_list })
    end),
    '\n'
  )
  t.contains(all, { 'managed-web', 'platform-logs', 'platform-hardening', 'replicas' })
end)

t.check('releases and Modules are found by name across the workspace', function()
  t.open('releases/dev/web.cue')
  local found = listed(function(on_list)
    vim.lsp.buf.workspace_symbol('web-east', { on_list = on_list })
  end)
  t.contains(found[1], { 'web.cue', 'web-east' })
end)

t.check('references lead to the uses of a value in all layers', function()
  t.open('definitions/web-app/web_app.cue')
  go_to('replicas?')
  local found = listed(function(on_list)
    vim.lsp.buf.references({ includeDeclaration = true }, { on_list = on_list })
  end)
  local all = table.concat(found, '\n')
  t.contains(all, { 'web_app.cue', 'managed_web.cue', 'replicas: 1', 'replicas:    6' })
end)

t.check('implementation leads from a Module to its releases', function()
  t.open('catalog/managed-web/managed_web.cue')
  go_to('#Module &')
  local found = listed(function(on_list)
    vim.lsp.buf.implementation({ on_list = on_list })
  end)
  t.contains(table.concat(found, '\n'), { 'web_legacy.cue', 'web_debug.cue' })
end)

t.check('the calls of a value are the components that it feeds', function()
  t.open('definitions/web-app/web_app.cue')
  go_to('replicas?')
  vim.lsp.buf.incoming_calls()
  local items = t.eventually('the quickfix list', function()
    local found = vim.fn.getqflist()
    return #found > 0 and found
  end)
  t.contains(vim.inspect(items), { 'replicas' })
  vim.fn.setqflist({})
end)

t.check('hover opens a window with the layers of the value', function()
  t.open('releases/dev/web.cue')
  go_to('replicas')
  vim.lsp.buf.hover()
  local window = t.eventually('a floating window', function()
    return vim.iter(vim.api.nvim_list_wins()):find(function(id)
      return vim.api.nvim_win_get_config(id).relative ~= ''
    end)
  end)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, true)
  t.contains(table.concat(lines, '\n'), { 'replicas', 'module', 'definition' })
  vim.api.nvim_win_close(window, true)
end)

t.check(
  'completion by the keys that Neovim has for it puts the chosen name into the text',
  function()
    local bufnr = t.open('releases/dev/web.cue')
    t.equal(vim.bo.omnifunc, 'v:lua.vim.lsp.omnifunc')
    go_to('replicas: 1')
    vim.api.nvim_create_autocmd('CompleteChanged', {
      once = true,
      callback = function()
        vim.api.nvim_feedkeys(vim.keycode('<C-n><C-y><Esc>'), 'n', false)
      end,
    })
    t.type('Omem<C-x><C-o>')
    t.find(bufnr, 'memory:')
  end
)

t.check(
  'formatting leaves a document that is in form as it is, and mends one that is not',
  function()
    local bufnr = t.open('releases/dev/web.cue')
    local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
    vim.lsp.buf.format({ timeout_ms = 20000 })
    t.equal(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), before)
    t.replace(bufnr, 'replicas: 1', 'replicas:     1')
    vim.lsp.buf.format({ timeout_ms = 20000 })
    t.equal(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), before)
  end
)

if newer then
  t.check('what Neovim asks for since 0.11: folds and growing selections', function()
    local bufnr = t.open('releases/dev/web.cue')
    vim.wo.foldmethod = 'expr'
    vim.wo.foldexpr = 'v:lua.vim.lsp.foldexpr()'
    local line = t.find(bufnr, 'image: {')
    t.eventually('a fold', function()
      vim.cmd('redraw!')
      return vim.fn.foldlevel(line) > 0
    end)
    vim.wo.foldmethod = 'manual'
    go_to('"main"')
    vim.lsp.buf.selection_range(1)
    t.eventually('a selection', function()
      return vim.fn.mode() == 'v'
    end)
    vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 'nx', false)
  end)
end

t.check('nothing went wrong on the way', t.nothing_went_wrong)

t.finish()
