module github.com/open-platform-model/opm-lsp

go 1.26
