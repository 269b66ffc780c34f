package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
)

func checkCommand() *cobra.Command {
	var dir, format string
	cmd := &cobra.Command{
		Use:   "check [path…]",
		Short: "Report everything that is wrong in the workspace",
		Long: `Report everything that is wrong in the workspace.

With paths, only what is wrong in those files and directories is printed; the whole
workspace is read all the same, since a release depends on its catalog.

Exit code: 0 if nothing is wrong, 1 if something is, 2 if the workspace or a file of it
cannot be read.`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			formats := report.Formats()
			i := slices.IndexFunc(formats, func(f report.Format) bool { return f.Name == format })
			if i < 0 {
				return fmt.Errorf("unknown format %q: use one of %s", format, formatNames())
			}
			w, err := openWorkspace(cmd, dir)
			if err != nil {
				return exitError{exitUsage, err}
			}
			selected, err := w.selection(paths)
			if err != nil {
				return exitError{exitUsage, err}
			}
			in := report.Input{
				Root:    w.root,
				Text:    w.snapshot.Text,
				Secrets: w.snapshot.Secrets,
				Color:   format == "pretty" && isTerminal(os.Stdout),
			}
			for _, path := range w.snapshot.Files() {
				if selected(path) {
					in.Files++
				}
			}
			in.Diagnostics = slices.DeleteFunc(w.snapshot.AllDiagnostics(), func(d analysis.Diagnostic) bool { return !selected(d.Path) })
			if err := formats[i].Print(cmd.OutOrStdout(), in); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot write the report: %w", err)}
			}
			if w.unread {
				return exitError{code: exitUsage} // nobody knows what is wrong there
			}
			if slices.ContainsFunc(in.Diagnostics, func(d analysis.Diagnostic) bool { return d.Severity == analysis.Error }) {
				return exitError{code: exitFindings}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	cmd.Flags().StringVar(&format, "format", "pretty", "how to print: "+formatNames())
	return cmd
}

func formatNames() string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// selection returns a test for the files at or below the paths; without any, for
// all files.
func (w *workspace) selection(paths []string) (func(string) bool, error) {
	if len(paths) == 0 {
		return func(string) bool { return true }, nil
	}
	var wanted []string
	for _, p := range paths {
		abs, err := located(w.path(p))
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", p, err)
		}
		if rel, err := filepath.Rel(w.root, abs); err != nil || !filepath.IsLocal(rel) {
			return nil, fmt.Errorf("%s is outside the workspace %s: use -C to name another one", p, w.root)
		}
		wanted = append(wanted, abs)
	}
	return func(path string) bool {
		return slices.ContainsFunc(wanted, func(p string) bool {
			return path == p || strings.HasPrefix(path, strings.TrimSuffix(p, string(filepath.Separator))+string(filepath.Separator))
		})
	}, nil
}

// located returns the path under which the workspace knows a file or a directory: the
// workspace follows links to files, which keep their own names, and none to directories.
func located(path string) (string, error) {
	info, err := os.Stat(path)
	var reason *fs.PathError
	switch {
	case errors.As(err, &reason):
		return "", reason.Err
	case err != nil:
		return "", err
	case info.IsDir():
		return filepath.EvalSymlinks(path)
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), err
}
