---@brief
---
--- https://github.com/open-platform-model/opm-lsp
---
--- The language server of the Open Platform Model: ModuleDefinitions, Modules and ModuleReleases in CUE.
--- Install it with `go install github.com/open-platform-model/opm-lsp/cmd/opm-lsp@latest`.

---@type vim.lsp.Config
return {
  cmd = { 'opm-lsp', 'serve' },
  filetypes = { 'cue' },
  root_markers = { 'opm-lsp.cue', 'cue.mod', '.git' },
}
