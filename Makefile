# The two commands that matter: make run, make test. Both install what they need.

BIN     := bin/opm-lsp
EXAMPLE := testdata/workspace
# The race detector needs a C compiler; without one the tests run without it.
RACE    := $(if $(shell command -v $${CC:-gcc}),-race)

.PHONY: build install run test test-go test-fuzz fuzz test-neovim test-vscode-extension test-vscode screenshots test-editors lint fmt vscode vscode-all vscode-modules clean help bench bench-quick bench-soak

build: ## build bin/opm-lsp
	go build -trimpath -o $(BIN) ./cmd/opm-lsp

install: ## install opm-lsp where Go installs programs
	go install -trimpath ./cmd/opm-lsp

run: build ## check the example workspace and say how to open it in an editor
	@$(BIN) check -C $(EXAMPLE) || test $$? -eq 1
	@echo
	@echo "The example is wrong on purpose. Open it and see the same while you type:"
	@echo "  Neovim:   nvim --cmd 'set rtp^=editors/neovim' $(EXAMPLE)/releases/staging/web.cue"
	@echo "  VS Code:  make vscode && code --install-extension bin/opm-lsp.vsix && code $(EXAMPLE)"

test: test-go test-fuzz test-neovim test-vscode-extension ## run all tests

# Some tests do less under the race detector; here they do all.
test-go:
	go test $(RACE) -timeout 30m ./...
	go test -run 'TestAgainstCUE|TestMutations|TestPrepared|TestKept|TestFirstLook|TestFixturesAtRest|TestBrokenLine|TestCompletion|TestActionsKeepLineEnds' ./internal/analysis ./internal/analysis/cascade

# Fuzz targets, with how many inputs make test tries: a few seconds each.
FUZZ := \
	internal/catalogindex/text:FuzzPositions:4000 \
	internal/catalogindex/syntax:FuzzParse:3000 \
	internal/catalogindex/syntax:FuzzCursorAt:3000 \
	internal/catalogindex:FuzzRecognise:1000 \
	internal/catalogindex:FuzzParseCatalogPath:20000 \
	internal/analysis/cascade:FuzzResolve:300 \
	internal/analysis/evaluation:FuzzMessages:20000 \
	internal/analysis:FuzzEdit:100 \
	internal/lsp:FuzzStream:3000 \
	internal/lsp:FuzzApplyChanges:3000 \
	internal/lsp:FuzzSession:40

# $(1) is a target as above, $(2) how long to try. What is found is kept below testdata/fuzz.
fuzz-one = go test ./$(word 1,$(subst :, ,$(1))) -run '^$$' -fuzz '^$(word 2,$(subst :, ,$(1)))$$' -fuzztime $(2) -fuzzminimizetime 1x

test-fuzz:
	@set -e; $(foreach target,$(FUZZ),echo $(target); $(call fuzz-one,$(target),$(word 3,$(subst :, ,$(target)))x);)

FUZZTIME := 5m
fuzz: ## look for inputs that break something, FUZZTIME (5m) for each target
	@set -e; $(foreach target,$(FUZZ),echo $(target); $(call fuzz-one,$(target),$(FUZZTIME));)

test-neovim: build
	editors/neovim/test/run.sh

test-editors: build ## try the editors of docs/editors.md that Debian has
	editors/test/tries.sh

test-vscode-extension:
	npm --prefix editors/vscode ci --no-audit --no-fund
	npm --prefix editors/vscode run check
	npm --prefix editors/vscode test

test-vscode: vscode ## install a VS Code and test the packaged extension in it
	editors/vscode/test/run.sh

screenshots: vscode ## take the pictures of the VS Code extension's page
	editors/vscode/test/run.sh screenshots

bench: ## measure, beside CUE, and write docs/performance.md; takes a while
	go run ./cmd/opm-lsp/internal/bench -write docs/performance.md

bench-quick: ## measure in small workspaces
	go run ./cmd/opm-lsp/internal/bench -sizes 50,200 -edits 50 -module-edits 3 -starts 1 -profile 2 -checked 100

bench-soak: ## measure memory after 100,000 edits, and write docs/performance.md
	go run ./cmd/opm-lsp/internal/bench soak -sizes 100 -write docs/performance.md

lint: ## check the style of all code
	@unformatted=$$(gofmt -l cmd internal); test -z "$$unformatted" || { echo "run make fmt: $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	npm --prefix editors/neovim/test ci --no-audit --no-fund
	npm --prefix editors/neovim/test run check

fmt: ## format all code
	gofmt -w cmd internal
	npm --prefix editors/neovim/test ci --no-audit --no-fund
	npm --prefix editors/neovim/test run format

vscode: vscode-modules ## build the VS Code extension for this machine, with the server in it, as bin/opm-lsp.vsix
	cd editors/vscode && node scripts/package.mjs ../../bin/vscode host
	cp bin/vscode/opm-lsp-$$(node -p 'process.platform + "-" + process.arch').vsix bin/opm-lsp.vsix

vscode-all: vscode-modules ## build it for all platforms, and one without a server, in bin/vscode
	cd editors/vscode && node scripts/package.mjs ../../bin/vscode all

vscode-modules:
	npm --prefix editors/vscode ci --no-audit --no-fund

clean: ## remove what was built
	rm -rf bin editors/vscode/server editors/vscode/dist editors/vscode/node_modules editors/neovim/test/node_modules editors/vscode/test/node_modules

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'
