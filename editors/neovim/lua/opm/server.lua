-- Starting the server, in the way that the running Neovim offers, and starting it again.

local clients = require('opm.client')

local M = {}

--- The configuration named `opm_lsp`, with what the user's own `lsp/opm_lsp.lua` files change.
---@return table
function M.config()
  if vim.lsp.config then
    return vim.lsp.config[clients.name]
  end
  -- Neovim 0.10 knows no named configurations: merge the files as later versions do.
  local merged = {}
  for _, file in ipairs(vim.api.nvim_get_runtime_file('lsp/opm_lsp.lua', true)) do
    merged = vim.tbl_deep_extend('force', merged, dofile(file))
  end
  local own = vim.lsp.protocol.make_client_capabilities()
  merged.capabilities = vim.tbl_deep_extend('force', own, merged.capabilities or {})
  return merged
end

--- The program of the command if it is not there.
---@param cmd string[]|function
---@return string?
function M.missing_program(cmd)
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    return cmd[1]
  end
end

--- What `vim.lsp.enable` does from 0.11 on, for 0.10.
---@param bufnr integer
---@param config table
local function start(bufnr, config)
  local root_dir
  for _, marker in ipairs(config.root_markers) do
    root_dir = root_dir or vim.fs.root(bufnr, marker)
  end
  vim.lsp.start(
    vim.tbl_extend('force', config, { name = clients.name, root_dir = root_dir }),
    { bufnr = bufnr }
  )
end

--- A CUE file has been opened.
---@param bufnr integer
function M.opened(bufnr)
  -- A buffer of another plugin, a diff or a preview, is no file that a server could know.
  if vim.bo[bufnr].buftype ~= '' then
    return
  end
  local config = M.config()
  local missing = M.missing_program(config.cmd)
  if missing then
    -- Neovim itself only writes this to a log, where nobody looks.
    vim.notify_once(
      ('OPM: the language server "%s" was not found. '):format(missing)
        .. 'Put opm-lsp on your PATH, or set vim.g.opm_lsp_cmd to its path.',
      vim.log.levels.WARN
    )
  elseif not vim.lsp.enable then
    start(bufnr, config)
  end
end

--- Starts the server for all CUE files that are open.
local function start_all()
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and vim.bo[bufnr].filetype == 'cue' then
      M.opened(bufnr)
    end
  end
  if vim.lsp.enable then
    vim.lsp.enable(clients.name, false)
    vim.lsp.enable(clients.name)
  end
end

--- For how long a server may take to end by itself, in milliseconds, and how often to look.
local patience_ms, interval_ms = 5000, 20

--- Ends the server, and starts it again for the same files when it is gone.
function M.restart()
  local running = vim.lsp.get_clients({ name = clients.name })
  if #running == 0 then
    start_all()
    return
  end
  local again = {}
  for _, client in ipairs(running) do
    table.insert(again, { config = client.config, buffers = vim.tbl_keys(client.attached_buffers) })
    M.stop(client, false)
  end

  local timer = assert(vim.uv.new_timer())
  local waited = 0
  local function look()
    if timer:is_closing() then
      return
    end
    local left = vim.lsp.get_clients({ name = clients.name })
    waited = waited + interval_ms
    if #left > 0 then
      if waited == patience_ms then
        vim.iter(left):each(function(client)
          M.stop(client, true)
        end)
      end
      return
    end
    timer:close()
    for _, ended in ipairs(again) do
      for _, bufnr in ipairs(ended.buffers) do
        if vim.api.nvim_buf_is_loaded(bufnr) then
          vim.lsp.start(ended.config, { bufnr = bufnr })
        end
      end
    end
  end
  timer:start(0, interval_ms, vim.schedule_wrap(look))
end

--- Ends a server. Its buffers are taken from it first, so that nobody asks it for anything about them.
---@param client table
---@param force boolean
function M.stop(client, force)
  clients.ending[client.id] = true
  for _, bufnr in ipairs(vim.tbl_keys(client.attached_buffers)) do
    if vim.api.nvim_buf_is_loaded(bufnr) then
      vim.lsp.buf_detach_client(bufnr, client.id)
    end
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:stop(force)
  else
    client.stop(force)
  end
end

return M
