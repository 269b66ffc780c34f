-- :Opm and its subcommands.

local clients = require('opm.client')
local document = require('opm.document')

local M = {}

--- Where the cursor is, as the server takes a place.
---@param client table
---@return table
local function place(client)
  return vim.lsp.util.make_position_params(0, client.offset_encoding)
end

--- Runs a command of the server that answers with a text, about a name, or about the place of the cursor; where there is
--- nothing at the cursor, about what is in the file.
---@param name string
---@param call table of nvim_create_user_command
---@param about string? a name
---@param more? any what else the command takes
local function show(name, call, about, more)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = clients.needed(bufnr)
  if not client then
    return
  end
  local function shown(answer)
    document.show(answer.uri, client, call.smods)
  end
  local function arguments(first)
    return more and { first, more, { show = false } } or { first, { show = false } }
  end
  if about then
    clients.execute(client, name, arguments(about), bufnr, shown)
  elseif not vim.lsp.buf_is_attached(bufnr, client.id) then
    clients.say('this buffer is no CUE file; go to one, or say which document is meant.')
  else
    clients.execute(client, name, arguments(place(client)), bufnr, shown, function(err)
      local message = err.message or ''
      if message:find('needs a value', 1, true) or (name == 'opm.why' and not more) then
        clients.say(
          'there is no value of a release at the cursor; say which one is meant, such as :Opm why image.tag.'
        )
      elseif message:find('at this place', 1, true) then
        clients.execute(client, name, arguments(vim.uri_from_bufnr(bufnr)), bufnr, shown)
      else
        clients.complain(err)
      end
    end)
  end
end

--- All documents of the workspace.
---@param kinds string[]
---@return string[] names
local function names(kinds)
  local client = clients.of(0)
  local params = { command = 'opm.catalog', arguments = { { health = false } } }
  local answer = client and clients.request_now(client, 'workspace/executeCommand', params, 0)
  local catalog = answer and answer.result
  local found = {}
  local function walk(nodes)
    for _, node in ipairs(nodes) do
      if vim.list_contains(kinds, node.kind) then
        found[node.namespace and (node.namespace .. '/' .. node.name) or node.name] = true
      end
      walk(node.children or {})
    end
  end
  walk(catalog and catalog.documents or {})
  local sorted = vim.tbl_keys(found)
  table.sort(sorted)
  return sorted
end

local function releases()
  return names({ 'release' })
end

--- The paths of a release's values.
---@param release string|table a name, a place, or the URI of a file
---@return string[]
local function values_of(release)
  local client = clients.of(0)
  local params = { command = 'opm.values', arguments = { release } }
  local answer = client and clients.request_now(client, 'workspace/executeCommand', params, 0)
  return answer and answer.result or {}
end

--- The values of the release at the cursor, else of the one that the file holds.
---@return string[]
local function values_here()
  local bufnr = vim.api.nvim_get_current_buf()
  local client = clients.of(bufnr)
  if not client or not vim.lsp.buf_is_attached(bufnr, client.id) then
    return {}
  end
  local here = values_of(place(client))
  return #here > 0 and here or values_of(vim.uri_from_bufnr(bufnr))
end

--- The codes of all rules, as the program lists them.
---@return string[]
local function rules()
  local cmd = require('opm.server').config().cmd
  if type(cmd) ~= 'table' or vim.fn.executable(cmd[1]) == 0 then
    return {}
  end
  local listed = vim.system({ cmd[1], 'rules', '--format', 'json' }):wait(2000)
  local ok, all = pcall(vim.json.decode, listed.stdout or '')
  if not ok then
    return {}
  end
  return vim.tbl_map(function(rule)
    return rule.code
  end, all.rules or all)
end

--- The code of the server's diagnostic at the cursor.
---@return string?
local function code_here()
  local line, column = unpack(vim.api.nvim_win_get_cursor(0))
  local here = vim.tbl_filter(function(diagnostic)
    return diagnostic.source == 'opm'
  end, vim.diagnostic.get(0, { lnum = line - 1 }))
  table.sort(here, function(a, b)
    local a_at = a.col <= column and column < (a.end_col or a.col + 1)
    local b_at = b.col <= column and column < (b.end_col or b.col + 1)
    if a_at ~= b_at then
      return a_at
    end
    return a.col < b.col
  end)
  return here[1] and here[1].code
end

--- What a subcommand does, how many words it takes at most, and what it offers for the next one behind some.
---@type table<string, { run: fun(call: table, words: string[]), most: integer, offer?: fun(before: string[]): string[] }>
M.subcommands = {
  effective = {
    most = 1,
    offer = releases,
    run = function(call, words)
      show('opm.effective', call, words[1])
    end,
  },

  why = {
    most = 2,
    offer = function(before)
      if #before == 1 then
        return values_of(before[1])
      end
      return vim.list_extend(values_here(), releases())
    end,
    run = function(call, words)
      if #words == 2 then
        show('opm.why', call, words[1], words[2])
      else
        show('opm.why', call, nil, words[1])
      end
    end,
  },

  catalog = {
    most = 0,
    run = function(call)
      local client = clients.needed(vim.api.nvim_get_current_buf())
      if client then
        require('opm.catalog').show(client, call.smods)
      end
    end,
  },

  impact = {
    most = 1,
    offer = function()
      return names({ 'definition', 'module', 'release' })
    end,
    run = function(call, words)
      show('opm.impact', call, words[1])
    end,
  },

  upgrade = {
    most = 1,
    offer = releases,
    run = function(call, words)
      show('opm.upgradePreview', call, words[1])
    end,
  },

  explain = {
    most = 1,
    offer = rules,
    run = function(call, words)
      local client = clients.needed(vim.api.nvim_get_current_buf())
      local code = words[1] or code_here()
      if not client then
        return
      elseif not code then
        clients.say(
          'there is no diagnostic on this line; say which rule is meant, such as :Opm explain release/invalid-value.'
        )
        return
      end
      clients.execute(client, 'opm.explain', { code, { show = false } }, 0, function()
        document.show(document.page(code), client, call.smods)
      end, function()
        clients.say(
          ('there is no rule "%s"; say one such as :Opm explain release/invalid-value, or let <Tab> complete it.'):format(
            code
          ),
          vim.log.levels.ERROR
        )
      end)
    end,
  },

  restart = {
    most = 0,
    run = function()
      require('opm.server').restart()
    end,
  },
}

---@return string[]
local function subcommand_names()
  local all = vim.tbl_keys(M.subcommands)
  table.sort(all)
  return all
end

--- Runs the command.
---@param call table of nvim_create_user_command
function M.run(call)
  local words = vim.list_slice(call.fargs, 2)
  local name = call.fargs[1]
  local subcommand = M.subcommands[name or '']
  if not subcommand then
    local all = table.concat(subcommand_names(), ', ')
    clients.say(
      name and (':Opm has no subcommand "%s": it has %s.'):format(name, all)
        or (':Opm needs a subcommand: %s.'):format(all),
      vim.log.levels.ERROR
    )
  elseif #words > subcommand.most then
    clients.say(
      (':Opm %s takes no more than %d of these words: %s.'):format(
        name,
        subcommand.most,
        table.concat(words, ' ')
      ),
      vim.log.levels.ERROR
    )
  else
    subcommand.run(call, words)
  end
end

--- What may stand where the cursor of the command line is.
---@param lead string
---@param line string
---@param position integer
---@return string[]
function M.complete(lead, line, position)
  local words =
    vim.split(vim.trim(line:sub(1, position):gsub('^.*Opm', '', 1)), '%s+', { trimempty = true })
  local offered
  if #words == 0 or (#words == 1 and lead ~= '') then
    offered = subcommand_names()
  else
    local subcommand = M.subcommands[words[1]]
    local before = vim.list_slice(words, 2, #words - (lead == '' and 0 or 1))
    offered = subcommand
        and subcommand.offer
        and #before < subcommand.most
        and subcommand.offer(before)
      or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, offered)
end

return M
