-- Every subcommand of :Opm, as a user calls it, and what is on the screen then.

local t = require('harness')

--- The lines of the current buffer as one text.
---@param bufnr? integer
---@return string
local function text(bufnr)
  return table.concat(vim.api.nvim_buf_get_lines(bufnr or 0, 0, -1, true), '\n')
end

--- Waits until the current buffer is the one with a name and holds the words.
---@param name string
---@param words string[]
---@return integer bufnr
local function await_shown(name, words)
  return t.eventually(name .. ' with ' .. vim.inspect(words), function()
    local current = vim.api.nvim_get_current_buf()
    local all = text()
    return vim.api.nvim_buf_get_name(current) == name
      and vim.iter(words):all(function(word)
        return all:find(word, 1, true) ~= nil
      end)
      and current
  end, function()
    return { vim.api.nvim_buf_get_name(0), text(), t.notifications }
  end)
end

--- Waits for the one sentence that is said next, and forgets it.
---@param words string[]
---@return string[] said
local function await_said(words)
  t.eventually('a sentence with ' .. vim.inspect(words), function()
    return #t.notifications > 0
  end)
  t.contains(table.concat(t.notifications, '\n'), words)
  t.equal(#t.notifications, 1)
  local said = vim.deepcopy(t.notifications)
  t.forget_notifications()
  return said
end

---@param text_there string
local function go_to(text_there)
  vim.api.nvim_win_set_cursor(0, { t.find(0, text_there) })
end

t.check('without a server a command says so, in one sentence', function()
  vim.cmd('Opm effective')
  await_said({ 'no opm-lsp is running', ':checkhealth opm' })
end)

t.check(
  ':Opm effective shows the release at the cursor beside it, and follows the edits',
  function()
    local release = t.open('releases/dev/web.cue')
    local window = vim.api.nvim_get_current_win()
    go_to('replicas')
    vim.cmd('Opm effective')
    local shown = await_shown(
      'opm:/effective/web-dev/web.cue',
      { 'replicas: 1', 'managed_web.cue', 'keepFor: "2d"' }
    )
    t.equal(vim.bo.filetype, 'cue')
    t.equal(vim.bo.buftype, 'nofile')
    t.equal(vim.bo.modifiable, false)
    t.equal(vim.bo.modified, false)
    t.equal(vim.lsp.get_clients({ bufnr = shown }), {})
    assert(
      vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window) == release,
      'the release is gone'
    )
    local own = vim.api.nvim_get_current_win()

    vim.api.nvim_set_current_win(window)
    t.replace(release, 'replicas: 1', 'replicas: 7')
    t.eventually('the edit', function()
      return text(shown):find('replicas: 7', 1, true)
    end)
    vim.cmd.undo()
    t.eventually('the undone edit', function()
      return text(shown):find('replicas: 1 ', 1, true)
    end)
    -- A Module's edit changes it as well.
    local module = t.open('catalog/managed-web/managed_web.cue')
    t.replace(module, '| *"14d"', '| *"15d"')
    t.replace(release, 'keepFor: "2d"', '')
    t.eventually('the edit of the Module', function()
      return text(shown):find('keepFor: "15d"', 1, true)
    end)

    vim.cmd('Opm effective web-dev/web')
    await_shown('opm:/effective/web-dev/web.cue', {})
    t.equal(vim.api.nvim_get_current_win(), own)
    vim.api.nvim_feedkeys('q', 'xm', false)
    t.equal(vim.api.nvim_win_is_valid(own), false)
  end
)

t.check(
  ':Opm effective knows which release is meant where a file has only one, and asks where it has two',
  function()
    t.open('releases/dev/web.cue')
    vim.cmd.normal('gg')
    vim.cmd('Opm effective')
    await_shown('opm:/effective/web-dev/web.cue', { 'replicas: 1' })
    t.open('releases/production/web.cue')
    vim.cmd.normal('gg')
    vim.cmd('Opm effective')
    await_said({ 'web-east', 'web-west', 'say which' })
    go_to('web-west')
    vim.cmd('tab Opm effective')
    await_shown('opm:/effective/web-production/web-west.cue', { 'seconds: 3600' })
    t.equal(#vim.api.nvim_list_tabpages(), 2)
  end
)

t.check('a line of the effective configuration leads to where its value comes from', function()
  local release = t.open('releases/dev/web.cue')
  vim.cmd('Opm effective')
  await_shown('opm:/effective/web-dev/web.cue', { 'replicas: 1' })
  t.eventually('the origin', function()
    return pcall(t.find, 0, 'replicas: 1')
  end)
  go_to('replicas: 1')
  vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xm', false)
  t.equal(vim.api.nvim_get_current_buf(), release)
  t.contains(vim.api.nvim_get_current_line(), { 'replicas: 1' })
end)

t.check(
  'the definition of what comes with the server is read in a buffer that no server is asked about',
  function()
    local bufnr = t.open('definitions/shop/module.cue')
    local line, byte = t.find(bufnr, 'core.#ModuleScope')
    vim.api.nvim_win_set_cursor(0, { line, byte + #'core.#M' })
    vim.lsp.buf.definition()
    local shown = t.eventually('the source', function()
      local current = vim.api.nvim_get_current_buf()
      return vim.startswith(vim.api.nvim_buf_get_name(current), 'opm-core:/')
        and text():find('#ModuleScope', 1, true)
        and current
    end)
    t.equal(vim.bo.filetype, 'cue')
    t.equal(vim.bo.modifiable, false)
    t.equal(vim.lsp.get_clients({ bufnr = shown }), {})
    t.contains(vim.api.nvim_get_current_line(), { '#ModuleScope' })
  end
)

t.check(':Opm why explains the value at the cursor, or the one that is named', function()
  t.open('releases/dev/web.cue')
  go_to('replicas')
  vim.cmd('Opm why')
  await_shown('opm:/why/web-dev/web/replicas.md', { 'replicas', '3', 'module', 'definition' })
  t.equal(vim.bo.filetype, 'markdown')
  t.open('releases/dev/web.cue')
  go_to('replicas')
  vim.cmd('Opm why image.tag')
  await_shown('opm:/why/web-dev/web/image.tag.md', { 'main' })
  vim.cmd('Opm why web-production/web-east memory')
  await_shown('opm:/why/web-production/web-east/memory.md', { '192Mi' })
end)

t.check(
  ':Opm catalog shows definitions, Modules and releases with their health, and follows the edits',
  function()
    local wrong = t.open('releases/staging/web.cue')
    vim.cmd('Opm catalog')
    local view = t.eventually('the tree', function()
      local all = text()
      return vim.bo.filetype == 'opmcatalog'
        and all:find('web-staging/web  2 errors', 1, true)
        and vim.api.nvim_get_current_buf()
    end, text)
    t.contains(text(), {
      'definition web-app 1.4.0',
      '\n  module managed-web 1.4.0-platform.2',
      '\n    release web-dev/web\n',
      '\n    release web-staging/web  2 errors',
    })
    t.replace(wrong, 'replcas', 'replicas')
    t.eventually('the health after the edit', function()
      return text(view):find('web-staging/web  1 error\n', 1, true)
    end, function()
      return text(view)
    end)
    go_to('web-dev/web-debug')
    vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'xm', false)
    t.equal(vim.fs.basename(vim.api.nvim_buf_get_name(0)), 'web_debug.cue')
    t.contains(vim.api.nvim_get_current_line(), { 'web-debug' })
  end
)

t.check(':Opm impact says what the edits that are not saved do to the releases', function()
  local module = t.open('catalog/managed-web/managed_web.cue')
  t.replace(module, 'replicas: uint & >=1', 'replicas: uint & >=2')
  go_to('#Module &')
  vim.cmd('Opm impact')
  local shown =
    await_shown('opm:/impact/module/managed-web/1.4.0-platform.2.md', { 'web-dev/web breaks' })
  vim.api.nvim_buf_call(module, vim.cmd.undo)
  t.eventually('the impact of nothing', function()
    return not text(shown):find('breaks', 1, true)
  end)
  vim.cmd('Opm impact web-dev/web')
  await_shown('opm:/impact/release/web-dev/web.md', { 'web-dev/web' })
end)

t.check(':Opm upgrade says what a newer version would change', function()
  t.open('releases/dev/web.cue')
  vim.cmd('Opm upgrade')
  await_shown('opm:/upgrade/web-dev/web.diff', { 'web-dev/web' })
  t.equal(vim.bo.filetype, 'diff')
end)

t.check(
  ':Opm explain shows the page of the rule that fired here, or of the one that is named',
  function()
    local bufnr = t.open('releases/staging/web.cue')
    t.await_diagnostics(
      bufnr,
      { 'release/unknown-value replcas', 'release/invalid-value "stagging"' }
    )
    go_to('"stagging"')
    vim.cmd('Opm explain')
    await_shown('opm:/explain/release/invalid-value.md', { 'release/invalid-value' })
    vim.cmd('Opm explain curation/scope-target')
    await_shown('opm:/explain/curation/scope-target.md', { 'curation/scope-target' })
  end
)

t.check(
  ':Opm restart starts the server again, for the same files, and what it shows stays right',
  function()
    local bufnr = t.open('releases/dev/web.cue')
    vim.cmd('Opm effective')
    local shown = await_shown('opm:/effective/web-dev/web.cue', { 'replicas: 1' })
    local before = t.client(bufnr).id
    vim.cmd('Opm restart')
    t.eventually('another client', function()
      local client = vim.lsp.get_clients({ bufnr = bufnr })[1]
      return client and client.initialized and client.id ~= before
    end)
    t.replace(bufnr, 'replicas: 1', 'replicas: 8')
    t.eventually('the edit', function()
      return text(shown):find('replicas: 8', 1, true)
    end)
  end
)

t.check(':Opm restart starts a server that has ended', function()
  local bufnr = t.open('releases/dev/web.cue')
  t.await_publication(bufnr)
  require('opm.server').stop(t.client(bufnr), false)
  t.eventually('the end of the server', function()
    return #vim.lsp.get_clients() == 0
  end)
  vim.cmd('Opm restart')
  t.client(bufnr)
end)

t.check('words are completed: subcommands, releases, documents, rules', function()
  t.open('releases/dev/web.cue')
  local complete = function(line)
    return vim.fn.getcompletion(line, 'cmdline')
  end
  t.equal(
    complete('Opm '),
    { 'catalog', 'effective', 'explain', 'impact', 'restart', 'upgrade', 'why' }
  )
  t.equal(complete('Opm e'), { 'effective', 'explain' })
  t.equal(complete('vertical Opm ca'), { 'catalog' })
  t.equal(
    complete('Opm effective web-dev/'),
    { 'web-dev/web', 'web-dev/web-debug', 'web-dev/web-legacy' }
  )
  t.equal(complete('Opm impact managed-'), { 'managed-shop', 'managed-web' })
  t.equal(
    complete('Opm explain release/inv'),
    { 'release/invalid-namespace', 'release/invalid-value' }
  )
  t.equal(complete('Opm restart '), {})
  t.equal(complete('Opm effective web-dev/web '), {})
end)

t.check('the values of a release are completed behind :Opm why', function()
  t.open('releases/dev/web.cue')
  local complete = function(line)
    return vim.fn.getcompletion(line, 'cmdline')
  end
  -- Those of the release in this file, wherever the cursor is, and releases themselves.
  vim.cmd.normal('gg')
  t.equal(complete('Opm why image'), { 'image', 'image.repository', 'image.tag' })
  t.equal(complete('Opm why web-st'), { 'web-staging/web' })
  go_to('replicas')
  t.equal(complete('Opm why rep'), { 'replicas' })
  -- Those of another release, and no third word.
  t.equal(complete('Opm why web-production/web-east logg'), { 'logging', 'logging.level' })
  t.equal(complete('Opm why web-production/web-east logging.level '), {})
  t.equal(complete('Opm why no/such r'), {})
  -- In a file with two releases the cursor tells which one is meant.
  t.open('releases/production/web.cue')
  vim.cmd.normal('gg')
  t.equal(complete('Opm why cache'), {})
  go_to('web-west')
  t.equal(complete('Opm why cache'), { 'cache', 'cache.seconds' })
  -- Where no release is, none is offered.
  t.open('catalog/managed-web/managed_web.cue')
  t.equal(complete('Opm why rep'), {})
  vim.cmd.enew()
  t.equal(complete('Opm why rep'), {})
end)

t.check('bad input gets one clear sentence', function()
  t.open('releases/dev/web.cue')
  for command, words in pairs({
    ['Opm'] = { 'needs a subcommand', 'effective', 'why' },
    ['Opm efective'] = { 'no subcommand "efective"', 'effective' },
    ['Opm restart now'] = { 'takes no more than 0', 'now' },
    ['Opm effective nothing/here'] = { 'no release "nothing/here"' },
    ['Opm impact nobody'] = { '"nobody"' },
    ['Opm why'] = { 'no value of a release at the cursor', ':Opm why image.tag' },
    ['Opm why no/such/release x'] = { '"no/such/release"' },
    ['Opm explain nonsense'] = { 'no rule "nonsense"', ':Opm explain release/invalid-value' },
    ['Opm explain'] = { 'no diagnostic on this line', ':Opm explain release/invalid-value' },
  }) do
    vim.cmd(command)
    for _, said in ipairs(await_said(words)) do
      assert(not said:find('opm.', 1, true), 'nobody knows the commands of the server: ' .. said)
    end
  end
  vim.cmd.enew()
  vim.cmd('Opm effective')
  await_said({ 'no CUE file' })
  vim.cmd.edit('opm:/nonsense/x')
  await_said({ 'no such document' })
end)

t.check('the page of a rule that an action offers is read in the editor', function()
  local bufnr = t.open('releases/staging/web.cue')
  t.await_diagnostics(
    bufnr,
    { 'release/unknown-value replcas', 'release/invalid-value "stagging"' }
  )
  go_to('"stagging"')
  vim.ui.select = function(actions, options, choose)
    for index, action in ipairs(actions) do
      if
        options.format_item(action):find('release/invalid-value', 1, true)
        and options.format_item(action):find('page')
      then
        choose(action, index)
        return
      end
    end
    error('no action opens the page: ' .. vim.inspect(vim.tbl_map(options.format_item, actions)))
  end
  vim.lsp.buf.code_action()
  await_shown('opm:/explain/release/invalid-value.md', { 'release/invalid-value' })
end)

t.check('nothing went wrong on the way', t.nothing_went_wrong)

t.finish()
