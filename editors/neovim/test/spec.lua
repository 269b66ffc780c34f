-- What a person gets who opens the example workspace: the checks drive bin/opm-lsp through Neovim's own client.

local t = require('harness')

--- The texts of completion items, without the quotes that some bear.
---@param items table[]
---@return table<string, table> item by text
local function by_text(items)
  local found = {}
  for _, item in ipairs(items) do
    found[(item.label:gsub('"', ''))] = item
  end
  return found
end

--- Asks for completion at a place of the current buffer.
---@param line integer from 1
---@param byte integer from 0
---@return table<string, table> item by text
local function complete(line, byte)
  local result = t.ask('textDocument/completion', line, byte)
  local range = vim.tbl_get(result or {}, 'itemDefaults', 'editRange')
  for _, item in ipairs(result and result.items or {}) do
    -- What all items replace is said once where the client lets the server.
    if range and not item.textEdit then
      item.textEdit = { range = range, newText = item.textEditText or item.label }
    end
  end
  return by_text(result and (result.items or result) or {})
end

--- Where the answer to a definition request leads: the file's name and the text of the line, in order.
---@param result table
---@return { file: string, line: string }[]
local function targets(result)
  return vim.tbl_map(function(location)
    local path = vim.uri_to_fname(location.targetUri or location.uri)
    local range = location.targetSelectionRange or location.range
    local line = vim.fn.readfile(path)[range.start.line + 1]
    return { file = vim.fs.basename(path), line = vim.trim(line) }
  end, vim.islist(result) and result or { result })
end

t.check('the server attaches, with the workspace as its root', function()
  local client = t.client(t.open('releases/dev/web.cue'))
  t.equal(vim.uv.fs_realpath(client.config.root_dir), vim.uv.fs_realpath(t.workspace))
end)

t.check('a wrong release gets its diagnostics, a right one none', function()
  local right = t.open('releases/dev/web.cue')
  t.await_publication(right)
  local wrong = t.open('releases/staging/web.cue')
  local found = t.await_diagnostics(wrong, {
    'release/unknown-value replcas',
    'release/invalid-value "stagging"',
  })
  t.contains(found[1].message, { 'replcas', 'replicas' })
  t.contains(found[2].message, { 'staging' })
  for _, diagnostic in ipairs(found) do
    t.equal(diagnostic.severity, vim.diagnostic.severity.ERROR)
  end
  t.equal(t.diagnostics(right), {})
end)

t.check('a diagnostic leads to the lines of the other layers that it breaks', function()
  local found = t.await_diagnostics(t.open('releases/staging/web.cue'), {
    'release/unknown-value replcas',
    'release/invalid-value "stagging"',
  })
  local files = vim.tbl_map(function(related)
    return vim.fs.basename(vim.uri_to_fname(related.location.uri))
  end, found[2].user_data.lsp.relatedInformation)
  table.sort(files)
  t.equal(files, { 'managed_web.cue', 'web_app.cue' })
end)

t.check('what stands behind a syntax error is still checked', function()
  local bufnr = t.open('releases/staging/shop.cue')
  t.eventually('both diagnostics', function()
    local codes = vim.tbl_map(function(diagnostic)
      return diagnostic.code
    end, t.diagnostics(bufnr))
    return vim.deep_equal(codes, { 'cue/syntax', 'release/invalid-value' })
  end, function()
    return t.diagnostics(bufnr)
  end)
  t.equal(t.marked(t.diagnostics(bufnr)[2]), '1')
end)

t.check('CUE that has nothing to do with OPM stays without a diagnostic', function()
  local other = t.open('tools/ci.cue')
  t.await_publication(other)
  t.await_diagnostics(t.open('releases/staging/web.cue'), {
    'release/unknown-value replcas',
    'release/invalid-value "stagging"',
  })
  t.equal(t.diagnostics(other), {})
end)

t.check('hover on a value shows its layers', function()
  local bufnr = t.open('releases/dev/web.cue')
  local result = t.ask('textDocument/hover', t.find(bufnr, 'replicas'))
  t.equal(result.contents.kind, 'markdown')
  t.contains(
    result.contents.value,
    { 'replicas', 'release', 'module', 'definition', '1', '3', '2' }
  )
end)

t.check('completion inside values offers what is not set yet', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.replace(bufnr, 'replicas: 1', 'replicas: 1\n\t\tm')
  local line, byte = t.find(bufnr, 'replicas: 1')
  local items = complete(line + 1, byte + 1)
  assert(items.memory, vim.inspect(vim.tbl_keys(items)))
  t.equal(items.replicas, nil)
end)

t.check('completion inside a nested struct offers the fields of that struct', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.replace(bufnr, 'channel: "#front-end-dev"', 'channel: "#front-end-dev"\n\t\t\t\tt')
  local line, byte = t.find(bufnr, 'channel:')
  local items = complete(line + 1, byte + 1)
  assert(items.threshold, vim.inspect(vim.tbl_keys(items)))
  t.equal(items.channel, nil)
  t.equal(items.memory, nil)
end)

t.check(
  'completion inside an enum value offers its members, and taking one leaves right CUE',
  function()
    local bufnr = t.open('releases/dev/web.cue')
    local line, byte = t.find(bufnr, '"debug"')
    local items = complete(line, byte + 2)
    assert(items.info and items.warn, vim.inspect(vim.tbl_keys(items)))
    local edit = assert(items.info.textEdit, 'the item bears no edit')
    vim.lsp.util.apply_text_edits(
      { { range = edit.range or edit.replace, newText = edit.newText } },
      bufnr,
      t.client(bufnr).offset_encoding
    )
    t.equal(vim.trim(vim.fn.getline(line)), 'level: "info"')
  end
)

t.check('definition leads from a value to its layers', function()
  local bufnr = t.open('releases/dev/web.cue')
  local found = targets(t.ask('textDocument/definition', t.find(bufnr, 'replicas')))
  local files = {}
  for _, target in ipairs(found) do
    t.contains(target.line, { 'replicas' })
    table.insert(files, target.file)
  end
  -- The winner comes first: the release itself sets this one.
  t.equal(files, { 'web.cue', 'managed_web.cue', 'web_app.cue' })
end)

t.check('definition leads from a reference to its Module', function()
  local bufnr = t.open('releases/dev/web.cue')
  local line, byte = t.find(bufnr, 'catalog.#Module')
  local found = targets(t.ask('textDocument/definition', line, byte + #'catalog.#M'))
  t.equal(found[1].file, 'managed_web.cue')
end)

t.check('repairing a value clears its diagnostic', function()
  local bufnr = t.open('releases/staging/web.cue')
  t.await_diagnostics(bufnr, {
    'release/unknown-value replcas',
    'release/invalid-value "stagging"',
  })
  t.replace(bufnr, '"stagging"', '"development"')
  t.await_diagnostics(bufnr, { 'release/unknown-value replcas' })
  t.replace(bufnr, 'replcas', 'replicas')
  t.await_diagnostics(bufnr, {})
end)

t.check('a diagnostic marks the right text behind letters that are wider than a byte', function()
  local bufnr = t.open('releases/staging/web.cue')
  t.replace(bufnr, 'environment: "stagging"', 'environment: "stägging🙂"')
  t.await_diagnostics(bufnr, {
    'release/unknown-value replcas',
    'release/invalid-value "stägging🙂"',
  })
end)

t.check('editing a Module moves the diagnostics of an open release', function()
  local release = t.open('releases/dev/web.cue')
  t.await_publication(release)
  local module = t.open('catalog/managed-web/managed_web.cue')
  t.replace(module, 'replicas: uint & >=1', 'replicas: uint & >=2')
  t.await_diagnostics(release, { 'release/invalid-value 1' })
  t.replace(module, 'replicas: uint & >=2', 'replicas: uint & >=1')
  t.await_diagnostics(release, {})
end)

t.check('the server ends when it is told to', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.await_publication(bufnr) -- a question that is still under way would be refused
  local client = t.client(bufnr)
  if vim.fn.has('nvim-0.11') == 1 then
    client:stop()
  else
    client.stop()
  end
  t.eventually('the end of the server', function()
    return #vim.lsp.get_clients() == 0
  end)
end)

t.check('nothing went wrong on the way', t.nothing_went_wrong)

t.finish()
