-- The view of the catalog: definitions, the Modules made from them, and their releases, each with its health. It is kept
-- up to date while it is shown.

local clients = require('opm.client')
local document = require('opm.document')

local M = {}

local namespace = vim.api.nvim_create_namespace('opm.catalog')

--- The buffers of the view, each with what its lines speak of.
---@type table<integer, { client_id: integer, root: string?, revision: string?, nodes: table[] }>
local views = {}

---@param count integer
---@param word string
---@return string
local function plural(count, word)
  return ('%d %s%s'):format(count, word, count == 1 and '' or 's')
end

--- What stands on the line of a document, in parts, each with the highlight group that it bears.
---@param node table
---@param depth integer
---@return { [1]: string, [2]: string? }[]
local function describe(node, depth)
  local title = node.namespace and (node.namespace .. '/' .. node.name) or node.name
  local parts = { { ('  '):rep(depth) }, { node.kind .. ' ', 'Comment' }, { title, 'Title' } }
  if node.version then
    table.insert(parts, { ' ' .. node.version, 'Number' })
  end
  local health = node.health or {}
  if (health.errors or 0) > 0 then
    table.insert(parts, { '  ' .. plural(health.errors, 'error'), 'DiagnosticError' })
  end
  if (health.warnings or 0) > 0 then
    table.insert(parts, { '  ' .. plural(health.warnings, 'warning'), 'DiagnosticWarn' })
  end
  if node.newer then
    table.insert(parts, { '  newer: ' .. node.newer, 'DiagnosticInfo' })
  end
  if node.stray then
    table.insert(parts, { '  ' .. node.stray, 'DiagnosticHint' })
  end
  if node.external then
    table.insert(parts, { '  outside the workspace', 'Comment' })
  end
  return parts
end

--- The lines of the tree, in order.
---@param nodes table[]
---@param depth integer
---@param add fun(node: table, parts: table[])
local function walk(nodes, depth, add)
  for _, node in ipairs(nodes) do
    add(node, describe(node, depth))
    walk(node.children or {}, depth + 1, add)
  end
end

--- Writes the tree into the buffer.
---@param bufnr integer
---@param catalog table
local function draw(bufnr, catalog)
  local lines, marks, nodes = {}, {}, {}
  walk(catalog.documents, 0, function(node, parts)
    local text = ''
    for _, part in ipairs(parts) do
      if part[2] then
        table.insert(marks, { #lines, #text, #text + #part[1], part[2] })
      end
      text = text .. part[1]
    end
    table.insert(lines, text)
    table.insert(nodes, node)
  end)
  if #lines == 0 then
    lines = { 'There is no definition, Module or release in this workspace.' }
  end
  document.replace(bufnr, lines)
  vim.api.nvim_buf_clear_namespace(bufnr, namespace, 0, -1)
  for _, mark in ipairs(marks) do
    vim.api.nvim_buf_set_extmark(
      bufnr,
      namespace,
      mark[1],
      mark[2],
      { end_col = mark[3], hl_group = mark[4] }
    )
  end
  views[bufnr].nodes = nodes
  views[bufnr].revision = catalog.revision
end

--- Asks for the tree, unless it is as it was.
---@param bufnr integer
---@param client table
local function load(bufnr, client)
  local view = views[bufnr]
  view.client_id = client.id
  clients.execute(
    client,
    'opm.catalog',
    { { health = true, unless = view.revision } },
    bufnr,
    function(catalog)
      if views[bufnr] and vim.api.nvim_buf_is_loaded(bufnr) and not catalog.unchanged then
        draw(bufnr, catalog)
      end
    end
  )
end

--- Goes to the document of the line.
local function go_to()
  local view = views[vim.api.nvim_get_current_buf()]
  local node = view.nodes[vim.api.nvim_win_get_cursor(0)[1]]
  local client = vim.lsp.get_client_by_id(view.client_id)
  if not node or not client then
    return
  end
  vim.cmd.wincmd('p')
  local location = { uri = node.uri, range = node.range }
  vim.lsp.util.show_document(location, client.offset_encoding, { focus = true })
end

--- Shows the catalog of a client's workspace.
---@param client table
---@param mods table
function M.show(client, mods)
  local bufnr = vim.fn.bufadd('opm-catalog://' .. vim.fs.normalize(client.config.root_dir or '/'))
  vim.fn.bufload(bufnr)
  if not views[bufnr] then
    views[bufnr] = { client_id = client.id, root = client.config.root_dir, nodes = {} }
    document.make_readonly(bufnr, 'opmcatalog')
    vim.b[bufnr].opm_root = client.config.root_dir
    vim.keymap.set('n', '<CR>', go_to, { buffer = bufnr, desc = 'Go to this document' })
    vim.api.nvim_create_autocmd('BufUnload', {
      buffer = bufnr,
      callback = function()
        views[bufnr] = nil
      end,
    })
  end
  load(bufnr, client)
  document.open(bufnr, mods)
end

--- Something has changed in the workspace of a client.
---@param client_id integer
function M.refresh(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  for bufnr, view in pairs(views) do
    if client and view.client_id == client_id and not clients.is_stopped(client) then
      load(bufnr, client)
    end
  end
end

--- A server has started, perhaps in place of one that a view was of.
---@param client table
function M.resume(client)
  for bufnr, view in pairs(views) do
    if view.root == client.config.root_dir then
      load(bufnr, client)
    end
  end
end

return M
