package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// cacheVariable names the environment variable that says where results are kept between runs:
// a directory, or noCache. Without it they are in the user's cache directory.
const cacheVariable = "OPM_LSP_CACHE"

// noCache says that nothing is kept.
const noCache = "off"

// keeping returns the option that keeps results between runs, or one that does nothing if that
// cannot be.
func keeping() analysis.Option {
	dir := os.Getenv(cacheVariable)
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return func(*analysis.Snapshot) {}
		}
		dir = filepath.Join(user, "opm-lsp", "results")
	}
	if dir == noCache || !filepath.IsAbs(dir) {
		return func(*analysis.Snapshot) {}
	}
	return analysis.WithCache(dir, engine())
}

// engine stands for this very program: another build may find something else.
func engine() string {
	id := fmt.Sprint(version(), " ", runtime.Version(), " ", runtime.GOOS, "/", runtime.GOARCH)
	path, err := os.Executable()
	if err != nil {
		return id
	}
	if info, err := os.Stat(path); err == nil {
		id = fmt.Sprint(id, " ", info.Size(), " ", info.ModTime().UnixNano())
	}
	return id
}
