-- What the files of checks share: running checks, waiting, and asking the server as Neovim itself does.

local M = {}

-- Long enough for a machine that builds something else at the same time; a check that passes never waits it out.
local patience_ms = tonumber(vim.env.OPM_LSP_TEST_PATIENCE) or 20000

--- The copy of the example workspace.
M.workspace = vim.env.OPM_LSP_TEST_WORKSPACE
M.repository = vim.env.OPM_LSP_TEST_REPOSITORY

-- A screen on which a whole release is seen at once.
vim.o.lines, vim.o.columns = 70, 140

--- What a notification said, in order.
---@type string[]
M.notifications = {}
vim.notify = function(message)
  table.insert(M.notifications, message)
end

--- What was said so far was expected.
function M.forget_notifications()
  for index in pairs(M.notifications) do
    M.notifications[index] = nil
  end
end

--- Forgets what was said and was expected.
---@param expected fun(said: string): any
function M.forget_expected(expected)
  local left = vim.tbl_filter(function(said)
    return not expected(said)
  end, M.notifications)
  M.forget_notifications()
  vim.list_extend(M.notifications, left)
end

--- How often the server has spoken about each file since the check began; an empty list is a word too.
---@type table<string, integer>
local publications = {}
local publish = vim.lsp.handlers['textDocument/publishDiagnostics']
vim.lsp.handlers['textDocument/publishDiagnostics'] = function(err, params, ...)
  publications[params.uri] = (publications[params.uri] or 0) + 1
  return publish(err, params, ...)
end

-- Newer Neovims ask for the diagnostics of what they show; the answer is a word as well.
local pulled = vim.lsp.handlers['textDocument/diagnostic']
vim.lsp.handlers['textDocument/diagnostic'] = function(err, result, ctx, ...)
  if not err then
    local uri = ctx.params.textDocument.uri
    publications[uri] = (publications[uri] or 0) + 1
  end
  return pulled(err, result, ctx, ...)
end

--- Lets Neovim do what waits to be done, and what that leaves to be done, for which a person always leaves it the time.
function M.breathe()
  local done = false
  vim.schedule(function()
    vim.schedule(function()
      done = true
    end)
  end)
  vim.wait(patience_ms, function()
    return done
  end, 1)
end

--- Waits until the server has answered everything.
function M.await_idle()
  M.breathe()
  vim.wait(patience_ms, function()
    return vim.iter(vim.lsp.get_clients()):all(function(client)
      return vim.tbl_isempty(client.requests)
    end)
  end, 5)
end

--- Waits until nothing is under way for any buffer, and Neovim itself does not mean to ask for lenses any more, as it
--- does a moment after each edit: it expects neither for a buffer that is gone, where a person is not fast enough.
function M.await_settled()
  local ok, capability = pcall(require, 'vim.lsp._capability')
  local lenses = ok and capability.all and capability.all.codelens
  vim.wait(patience_ms, function()
    for _, provider in pairs(lenses and lenses.active or {}) do
      if provider.timer and not provider.timer:is_closing() then
        return false
      end
    end
    return true
  end, 5)
  M.await_idle()
end

--- Closes all buffers.
local function wipe()
  M.await_settled()
  vim.cmd('silent! only! | silent! %bwipeout!')
end

--- Runs one check in an editor without buffers, so that the server knows no text but that on disk.
---@param name string
---@param body fun()
function M.check(name, body)
  wipe()
  publications = {}
  local ok, message = xpcall(body, debug.traceback)
  io.stdout:write(('%s - %s\n'):format(ok and 'ok' or 'not ok', name))
  if not ok then
    io.stdout:write('    ' .. tostring(message):gsub('\n', '\n    ') .. '\n')
  end
end

--- Ends the editor. A run whose output does not close with this line has died on its way.
function M.finish()
  io.stdout:write('finished\n')
  vim.cmd('silent! %bwipeout!')
  vim.cmd('qall!')
end

--- Waits until the condition returns something, and returns that.
---@generic T
---@param what string what is awaited, for the message when it does not come
---@param condition fun(): T?
---@param describe? fun(): any what there is instead
---@return T
function M.eventually(what, condition, describe)
  local result
  local came = vim.wait(patience_ms, function()
    result = condition()
    return result and true or false
  end, 10)
  if not came then
    local instead = describe and ('; there is ' .. vim.inspect(describe())) or ''
    error(('waited %d ms in vain for %s%s'):format(patience_ms, what, instead), 2)
  end
  return result
end

--- Fails unless the text holds each of the words.
---@param text string
---@param words string[]
function M.contains(text, words)
  for _, word in ipairs(words) do
    if not text:find(word, 1, true) then
      error(('%q does not hold %q'):format(text, word), 2)
    end
  end
end

---@param actual any
---@param expected any
function M.equal(actual, expected)
  if not vim.deep_equal(actual, expected) then
    error(('there is %s, expected %s'):format(vim.inspect(actual), vim.inspect(expected)), 2)
  end
end

--- The running client, once the server has answered.
---@param bufnr integer
---@return table
function M.client(bufnr)
  return M.eventually('the server to attach', function()
    local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'opm_lsp' })[1]
    return client and client.initialized and client
  end)
end

--- Opens a file of the workspace and waits for the server.
---@param path string relative to the workspace
---@return integer bufnr
function M.open(path)
  vim.cmd.edit(vim.fn.fnameescape(vim.fs.joinpath(M.workspace, path)))
  local bufnr = vim.api.nvim_get_current_buf()
  M.client(bufnr)
  return bufnr
end

--- Where a text stands in the buffer; it must stand there once. Lines from 1, bytes from 0, as for the cursor.
---@param bufnr integer
---@param text string on one line
---@return integer line
---@return integer byte
function M.find(bufnr, text)
  local line, byte
  for number, content in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)) do
    local from, to = content:find(text, 1, true)
    if from then
      assert(
        not line and not content:find(text, to + 1, true),
        ('%q stands there twice'):format(text)
      )
      line, byte = number, from - 1
    end
  end
  assert(line, ('%q is not in %s'):format(text, vim.api.nvim_buf_get_name(bufnr)))
  return line, byte
end

--- Replaces the one occurrence of a text, as typing does.
---@param bufnr integer
---@param old string on one line
---@param new string
function M.replace(bufnr, old, new)
  local line, byte = M.find(bufnr, old)
  vim.api.nvim_buf_set_text(bufnr, line - 1, byte, line - 1, byte + #old, vim.split(new, '\n'))
end

--- Types keys, and goes on when they have left Insert mode; whoever waits for the server meanwhile feeds the rest.
---@param keys string
function M.type(keys)
  local guard = vim.defer_fn(function()
    vim.api.nvim_feedkeys(vim.keycode('<Esc>'), 'n', false)
  end, patience_ms)
  vim.api.nvim_feedkeys(vim.keycode(keys), 'tx!', false)
  if not guard:is_closing() then
    guard:close()
  end
end

--- Asks the server about a place in the current buffer.
---@param method string
---@param line integer from 1
---@param byte integer from 0
---@return any result
function M.ask(method, line, byte)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = M.client(bufnr)
  vim.api.nvim_win_set_cursor(0, { line, byte })
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local answers, err = vim.lsp.buf_request_sync(bufnr, method, params, patience_ms)
  assert(answers, err)
  local answer = assert(answers[client.id], 'the server did not answer ' .. method)
  assert(not answer.err and not answer.error, vim.inspect(answer))
  return answer.result
end

--- Waits until the server has said something about the buffer's file.
---@param bufnr integer
function M.await_publication(bufnr)
  local uri = vim.uri_from_bufnr(bufnr)
  M.eventually('a word about ' .. uri, function()
    return publications[uri]
  end)
end

--- The server's diagnostics of a buffer, in order of position.
---@param bufnr integer
---@return vim.Diagnostic[]
function M.diagnostics(bufnr)
  local found = vim.tbl_filter(function(diagnostic)
    return diagnostic.source == 'opm'
  end, vim.diagnostic.get(bufnr))
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return found
end

--- The text that a diagnostic marks.
---@param diagnostic vim.Diagnostic
---@return string
function M.marked(diagnostic)
  local lines = vim.api.nvim_buf_get_text(
    diagnostic.bufnr,
    diagnostic.lnum,
    diagnostic.col,
    diagnostic.end_lnum,
    diagnostic.end_col,
    {}
  )
  return table.concat(lines, '\n')
end

--- Waits for exactly these diagnostics, each given as `<code> <marked text>`.
---@param bufnr integer
---@param expected string[]
---@return vim.Diagnostic[]
function M.await_diagnostics(bufnr, expected)
  local function seen()
    return vim.tbl_map(function(diagnostic)
      return diagnostic.code .. ' ' .. M.marked(diagnostic)
    end, M.diagnostics(bufnr))
  end
  M.eventually('the diagnostics ' .. vim.inspect(expected), function()
    return vim.deep_equal(seen(), expected)
  end, seen)
  return M.diagnostics(bufnr)
end

--- Whether a line that the server has logged is a complaint.
---@param line string
---@return boolean
function M.complains(line)
  -- Tabs and line ends may stand there as \t and \n, which would run into the word behind them.
  local text = line:gsub('\\%a', ' ')
  -- How long a request took on a machine that does something else at the same time is nobody's fault.
  return vim.regex([[\c\<warn\s\+slow\>]]):match_str(text) == nil
    and vim.regex([[\c\<\(warn\|error\|dpanic\|panic\|fatal\)\>]]):match_str(text) ~= nil
end

--- Fails if Neovim, its log of the conversation, or the server itself complained about anything so far.
function M.nothing_went_wrong()
  M.equal(M.notifications, {})
  M.equal(vim.v.errmsg, '')
  local path = vim.fs.joinpath(vim.fn.stdpath('log'), 'lsp.log')
  local errors = vim.tbl_filter(function(line)
    if not line:find('[ERROR]', 1, true) then
      return false
    end
    -- Neovim forgot a question because it was answered just then.
    if line:find('whilst attempting to cancel', 1, true) then
      return false
    end
    -- Neovim asked something behind its own shutdown, which the protocol has the server refuse.
    if line:find('the server has shut down and takes exit only', 1, true) then
      return false
    end
    -- All that a server prints to its standard error is an error to Neovim; the server's own level tells.
    local printed = line:match('"stderr"(.*)')
    return not printed or M.complains(printed)
  end, vim.uv.fs_stat(path) and vim.fn.readfile(path) or {})
  M.equal(errors, {})
end

return M
