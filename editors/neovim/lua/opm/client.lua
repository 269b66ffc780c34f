-- The running server, for whatever wants to ask it something.

local M = {}

--- The name of the configuration, and of its clients.
M.name = 'opm_lsp'

--- Says one sentence to the user.
---@param sentence string
---@param level? integer of vim.log.levels; a warning unless said
function M.say(sentence, level)
  vim.notify('OPM: ' .. sentence, level or vim.log.levels.WARN)
end

--- All clients that are not about to end.
---@param filter? table as vim.lsp.get_clients takes it
---@return table[]
function M.all(filter)
  local found = vim.lsp.get_clients(vim.tbl_extend('force', filter or {}, { name = M.name }))
  return vim.tbl_filter(function(client)
    return client.initialized and not M.is_stopped(client)
  end, found)
end

--- The ids of clients that have been told to end, and do not answer any more.
---@type table<integer, true>
M.ending = {}

---@param client table
---@return boolean
function M.is_stopped(client)
  if M.ending[client.id] then
    return true
  end
  if vim.fn.has('nvim-0.11') == 1 then
    return client:is_stopped()
  end
  return client.is_stopped()
end

--- The client to ask about a buffer: the one that is attached to it, the one that its text comes from, else any for
--- the directory, else the first.
---@param bufnr integer
---@return table? client
function M.of(bufnr)
  local root = vim.b[bufnr].opm_root
  local directory = root or vim.fn.getcwd()
  local clients = M.all()
  return M.all({ bufnr = bufnr })[1]
    or vim.iter(clients):find(function(client)
      local own = client.config.root_dir
      return own and (own == directory or (not root and vim.startswith(directory, own .. '/')))
    end)
    or clients[1]
end

--- As of, and says so if there is none.
---@param bufnr integer
---@return table? client
function M.needed(bufnr)
  local client = M.of(bufnr)
  if not client then
    M.say(
      'no opm-lsp is running. Open a CUE file to start it; :checkhealth opm says what keeps it from that.'
    )
  end
  return client
end

--- Asks the server.
---@param client table
---@param method string
---@param params table
---@param bufnr integer what is typed there counts
---@param answer fun(err: table?, result: any)
function M.request(client, method, params, bufnr, answer)
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, answer, bufnr)
  else
    client.request(method, params, answer, bufnr)
  end
end

--- Runs a command of the server and says what is wrong if it refuses.
---@param client table
---@param name string
---@param arguments table
---@param bufnr integer
---@param done fun(result: any)
---@param refused? fun(err: table) instead of saying it
function M.execute(client, name, arguments, bufnr, done, refused)
  local params = { command = name, arguments = arguments }
  M.request(client, 'workspace/executeCommand', params, bufnr, function(err, result)
    if err then
      local complain = refused or M.complain
      complain(err)
    else
      done(result)
    end
  end)
end

--- Says what the server answered instead of a result.
---@param err table
function M.complain(err)
  M.say((err.message or 'the server gave no answer'):gsub('%s*$', ''), vim.log.levels.ERROR)
end

--- For how long an editor may stand still for an answer, in milliseconds.
local patience_ms = 2000

--- Asks the server, and waits for what it says.
---@param client table
---@param method string
---@param params table
---@param bufnr integer
---@return { err: table?, result: any }? answer nil if there is none in time
function M.request_now(client, method, params, bufnr)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request_sync(method, params, patience_ms, bufnr)
  end
  return client.request_sync(method, params, patience_ms, bufnr)
end

return M
