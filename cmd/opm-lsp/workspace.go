package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A workspace is a loaded workspace and the directory at its top.
type workspace struct {
	root     string
	dir      string // where the command works: paths are relative to it
	snapshot *analysis.Snapshot
	unread   bool // something below the root could not be read
	workers  *evaluation.Workers
}

// few is how many files a command holds with their syntax trees: parsing each once instead of
// twice saves a fifth of the time, for about as much memory as more files take without.
const few = 4000

func directoryFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVarP(dir, "directory", "C", "", "work as if started in this directory: in its workspace, with paths relative to it")
}

// openWorkspace loads the workspace that contains a directory, the current one if
// dir is empty. What cannot be read is named on standard error.
func openWorkspace(cmd *cobra.Command, dir string, options ...analysis.Option) (*workspace, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	switch info, err := os.Stat(abs); {
	case err != nil:
		return nil, fmt.Errorf("cannot open the workspace %s: there is no such directory", dir)
	case !info.IsDir():
		return nil, fmt.Errorf("cannot open the workspace %s: it is not a directory", dir)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return nil, fmt.Errorf("cannot open the workspace %s: %w", dir, err)
	}
	collectAt(whenAsked)
	workers := newWorkers(nil, func(err error) {
		fmt.Fprintf(cmd.ErrOrStderr(), "opm-lsp: what may take long to compute is not computed, because no worker can be started: %v\n", err)
	})
	w := &workspace{workers: workers, root: catalogindex.WorkspaceRoot(abs), dir: abs}
	progress := startProgress("Looking for CUE files")
	snapshot, skipped, err := analysis.Load(cmd.Context(), []string{w.root}, progress.counted("Reading", "files"), append(options, analysis.WithEvaluator(workers), analysis.Resting(few))...)
	progress.end()
	if err != nil {
		return nil, err
	}
	for _, s := range skipped {
		fmt.Fprintf(cmd.ErrOrStderr(), "opm-lsp: %v\n", s)
	}
	w.snapshot, w.unread = snapshot, len(skipped) > 0
	return w, nil
}

// repository returns the directory at the top of the repository that a directory is in, or
// the directory itself if it is in none.
func repository(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// path returns the absolute path that an argument means: relative to the directory of
// -C, as with git and make, or to the shell's, if only there something is.
func (w *workspace) path(arg string) string {
	if filepath.IsAbs(arg) {
		return filepath.Clean(arg)
	}
	path := filepath.Join(w.dir, arg)
	if _, err := os.Lstat(path); err == nil {
		return path
	}
	if abs, err := filepath.Abs(arg); err == nil {
		if _, err := os.Lstat(abs); err == nil {
			return abs
		}
	}
	return path
}

// isTerminal reports whether a person reads the file and likes colours.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
