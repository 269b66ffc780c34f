-- Buffers with the texts that the server makes and that are in no file: the effective configuration of a release, why a
-- value is what it is, what an upgrade or an edit does, the page of a rule. Each has a URI with the scheme opm, and
-- follows the edits of the files that it is made from. Those with the scheme opm-core are the sources of the core and of
-- the traits, which come with the server.

local clients = require('opm.client')

local M = {}

---@param uri string
---@return boolean
function M.is(uri)
  return vim.startswith(uri, 'opm:/') or vim.startswith(uri, 'opm-core:/')
end

--- The URI of a rule's page. The server has it under the address that it has on the web.
---@param code string
---@return string
function M.page(code)
  return 'opm:/explain/' .. code .. '.md'
end

---@type table<string, string>
local filetypes = { cue = 'cue', diff = 'diff', md = 'markdown' }

--- Replaces the lines of a buffer, and only those that differ: cursor, folds and marks stay where they are.
---@param bufnr integer
---@param lines string[]
function M.replace(bufnr, lines)
  local before = vim.api.nvim_buf_get_lines(bufnr, 0, -1, true)
  local first = 0
  while first < #before and first < #lines and before[first + 1] == lines[first + 1] do
    first = first + 1
  end
  local last = 0
  while
    last < #before - first
    and last < #lines - first
    and before[#before - last] == lines[#lines - last]
  do
    last = last + 1
  end
  if first == #before and first == #lines then
    return
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(
    bufnr,
    first,
    #before - last,
    true,
    vim.list_slice(lines, first + 1, #lines - last)
  )
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].modified = false
end

--- Closes the window, or where it is the only one, the buffer.
local function close()
  if #vim.api.nvim_tabpage_list_wins(0) > 1 or #vim.api.nvim_list_tabpages() > 1 then
    vim.cmd.close()
  else
    vim.cmd.bdelete()
  end
end

--- Makes a buffer one that is only looked at.
---@param bufnr integer
---@param filetype string
function M.make_readonly(bufnr, filetype)
  local options = vim.bo[bufnr]
  options.buftype = 'nofile'
  options.bufhidden = 'hide'
  options.swapfile = false
  options.undolevels = -1
  options.modifiable = false
  options.filetype = filetype
  vim.keymap.set('n', 'q', close, { buffer = bufnr, desc = 'Close this' })
end

--- Where the line of the cursor leads: to a link that says a file, or a file with a line, as the origins of values do.
---@param line string
---@param root string?
---@return string? file
---@return integer? line from 1
function M.target(line, root)
  local uri, number = line:match('(file://[^%s)#]+)#?L?(%d*)')
  if uri then
    return vim.uri_to_fname(uri), tonumber(number) or 1
  end
  local file
  file, number = line:match('([^%s`:]+%.cue):(%d+)')
  if file then
    return vim.fs.joinpath(root or '.', file), tonumber(number)
  end
end

--- Goes where the line of the cursor leads.
local function follow()
  local file, line = M.target(vim.api.nvim_get_current_line(), vim.b.opm_root)
  if not file or not vim.uv.fs_stat(file) then
    clients.say('this line leads nowhere.')
    return
  end
  -- Beside this buffer, where there is a window for it.
  vim.cmd.wincmd('p')
  if M.is(vim.api.nvim_buf_get_name(0)) then
    vim.cmd.split()
  end
  vim.cmd.edit({ vim.fn.fnameescape(file), mods = { keepalt = true } })
  vim.api.nvim_win_set_cursor(0, { math.min(line, vim.api.nvim_buf_line_count(0)), 0 })
end

--- Takes over the answer to the question for a text.
---@param bufnr integer
---@param err table?
---@param result table?
local function received(bufnr, err, result)
  if not vim.api.nvim_buf_is_loaded(bufnr) then
    return
  end
  if err then
    clients.complain(err)
    return
  end
  M.replace(bufnr, vim.split(((result or {}).text or ''):gsub('\n$', ''), '\n'))
  vim.api.nvim_exec_autocmds(
    'User',
    { pattern = 'OpmDocument', modeline = false, data = { buf = bufnr } }
  )
end

--- The question for the text of a buffer.
---@param bufnr integer
---@return string method
---@return table params
local function question(bufnr)
  local uri = vim.api.nvim_buf_get_name(bufnr)
  local rule = uri:match('^opm:/explain/(.+)%.md$')
  if rule then
    return 'workspace/executeCommand',
      { command = 'opm.explain', arguments = { rule, { show = false } } }
  end
  return 'workspace/textDocumentContent', { uri = uri }
end

--- Asks for the text of a buffer.
---@param bufnr integer
---@param client table
local function load(bufnr, client)
  vim.b[bufnr].opm_root = client.config.root_dir
  local method, params = question(bufnr)
  clients.request(client, method, params, bufnr, function(err, result)
    received(bufnr, err, result)
  end)
end

--- As load, for a buffer whose text is needed at once: whoever opens it may be on the way to a place in it.
---@param bufnr integer
---@param client table
local function load_now(bufnr, client)
  vim.b[bufnr].opm_root = client.config.root_dir
  local method, params = question(bufnr)
  local answer = clients.request_now(client, method, params, bufnr)
  if answer then
    received(bufnr, answer.err or answer.error, answer.result)
  else
    load(bufnr, client)
  end
end

--- Fills a buffer whose name is the URI of a text; the server's own word is that in it.
---@param bufnr integer
function M.read(bufnr)
  local uri = vim.api.nvim_buf_get_name(bufnr)
  M.make_readonly(bufnr, filetypes[vim.fn.fnamemodify(uri, ':e')] or 'text')
  vim.keymap.set('n', '<CR>', follow, { buffer = bufnr, desc = 'Go to what this line speaks of' })
  local client = clients.needed(bufnr)
  if client then
    load_now(bufnr, client)
  end
end

--- Shows a text in a window of its own, or in the one that it has already, and goes there.
---@param uri string
---@param client table whose text it is
---@param mods table of the command, such as { vertical = true }; beside the current window unless they say where
function M.show(uri, client, mods)
  local bufnr = vim.fn.bufadd(uri)
  vim.b[bufnr].opm_root = client.config.root_dir
  M.open(bufnr, mods)
end

--- Shows a buffer in a window of its own, or in the one that it has already, and goes there.
---@param bufnr integer
---@param mods table
function M.open(bufnr, mods)
  local window = vim.fn.win_findbuf(bufnr)[1]
  if window then
    vim.api.nvim_set_current_win(window)
    return
  end
  if
    not mods.vertical
    and not mods.horizontal
    and (mods.split or '') == ''
    and (mods.tab or -1) < 0
  then
    mods = vim.tbl_extend('force', mods, { vertical = true, split = 'belowright' })
  end
  vim.cmd.sbuffer({ bufnr, mods = mods })
  -- The lines of CUE and of diffs mean something, and end with comments; Markdown is text.
  vim.opt_local.wrap = vim.bo[bufnr].filetype == 'markdown'
end

---@return integer[] the buffers with such texts
local function loaded()
  return vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_loaded(bufnr) and M.is(vim.api.nvim_buf_get_name(bufnr))
  end, vim.api.nvim_list_bufs())
end

--- The text of a URI is another one now.
---@param uri string
function M.refresh(uri)
  for _, bufnr in ipairs(loaded()) do
    local client = vim.api.nvim_buf_get_name(bufnr) == uri and clients.of(bufnr)
    if client then
      load(bufnr, client)
    end
  end
end

--- A server has started, and knows nothing of what an earlier one was asked for.
---@param client table
function M.resume(client)
  for _, bufnr in ipairs(loaded()) do
    if vim.b[bufnr].opm_root == client.config.root_dir then
      load(bufnr, client)
    end
  end
end

return M
