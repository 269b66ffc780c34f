-- What this plugin adds to Neovim's client: what it tells the server that it can do, and what it does when the server
-- asks for it.

local M = {}

--- Besides what every Neovim says of itself.
---@return table
function M.capabilities()
  local own = vim.lsp.protocol.make_client_capabilities().textDocument.semanticTokens.tokenModifiers
  return {
    workspace = {
      textDocumentContent = { dynamicRegistration = false },
      codeLens = { refreshSupport = true },
    },
    textDocument = {
      semanticTokens = {
        -- A list replaces a list: Neovim's own have to stand here as well.
        tokenModifiers = vim.list_extend(
          vim.deepcopy(own),
          vim.tbl_keys(require('opm.features').modifiers)
        ),
      },
    },
    experimental = { opm = { changed = true } },
  }
end

M.handlers = {
  ['workspace/textDocumentContent/refresh'] = function(_, params)
    require('opm.document').refresh(params.uri)
    return vim.NIL
  end,

  ['opm/changed'] = function(_, _, context)
    require('opm.catalog').refresh(context.client_id)
  end,

  ['window/showDocument'] = function(err, params, context, config)
    local document = require('opm.document')
    if document.is(params.uri) then
      document.show(params.uri, assert(vim.lsp.get_client_by_id(context.client_id)), {})
      return { success = true }
    end
    return vim.lsp.handlers['window/showDocument'](err, params, context, config)
  end,

  ['workspace/codeLens/refresh'] = function(err, params, context)
    -- Newer Neovims know this.
    local known = vim.lsp.handlers['workspace/codeLens/refresh']
    if known then
      return known(err, params, context)
    end
    require('opm.features').refresh_lenses(context.client_id)
    return vim.NIL
  end,
}

--- What the server offers as a command and an editor does better: the page of a rule is read here, not in a browser.
M.commands = {
  ['opm.explain'] = function(command, context)
    local document = require('opm.document')
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    document.show(document.page(command.arguments[1]), client, {})
  end,
}

return M
