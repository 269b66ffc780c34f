-- Starts the server for CUE files, in the way that the running Neovim offers. What to start stands in
-- lsp/opm_lsp.lua alone.

if vim.g.loaded_opm_lsp then
  return
end
vim.g.loaded_opm_lsp = true

--- The configuration named `opm_lsp`, with what the user's own `lsp/opm_lsp.lua` files change.
---@return table
local function resolve()
  if vim.lsp.config then
    return vim.lsp.config.opm_lsp
  end
  -- Neovim 0.10 knows no named configurations: merge the files as later versions do.
  local merged = {}
  for _, file in ipairs(vim.api.nvim_get_runtime_file('lsp/opm_lsp.lua', true)) do
    merged = vim.tbl_deep_extend('force', merged, dofile(file))
  end
  return merged
end

--- The program of the command if it is not there.
---@param cmd string[]|function
---@return string?
local function missing_program(cmd)
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
    vim.tbl_extend('force', config, { name = 'opm_lsp', root_dir = root_dir }),
    { bufnr = bufnr }
  )
end

local config

vim.api.nvim_create_autocmd('FileType', {
  group = vim.api.nvim_create_augroup('opm_lsp', {}),
  pattern = 'cue',
  callback = function(event)
    -- A buffer of another plugin, a diff or a preview, is no file that a server could know.
    if vim.bo[event.buf].buftype ~= '' then
      return
    end
    config = config or resolve()
    local missing = missing_program(config.cmd)
    if missing then
      -- Neovim itself only writes this to a log, where nobody looks.
      vim.notify_once(
        ('OPM: the language server "%s" was not found. '):format(missing)
          .. 'Put opm-lsp on your PATH, or set vim.g.opm_lsp_cmd to its path.',
        vim.log.levels.WARN
      )
    elseif not vim.lsp.enable then
      start(event.buf, config)
    end
  end,
})

if vim.lsp.enable then
  vim.lsp.enable('opm_lsp')
end
