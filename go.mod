module github.com/open-platform-model/opm-lsp

go 1.26

require cuelang.org/go v0.18.0-alpha.1

require github.com/cockroachdb/apd/v3 v3.2.3 // indirect
