package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// fixed returns the snapshot after all fixes that are safe, of problems in the selected
// files and with edits in no others, and how many there were.
func (w *workspace) fixed(selected func(string) bool) (*analysis.Snapshot, int) {
	return w.snapshot.Fixed(func(d analysis.Diagnostic, f analysis.Fix) bool {
		return f.Safe && selected(d.Path) && !slices.ContainsFunc(f.Edits, func(e analysis.Edit) bool { return !selected(e.Path) })
	})
}

// fix writes the fixes to disk.
func (w *workspace) fix(selected func(string) bool) (*report.Fixed, error) {
	fixed, n := w.fixed(selected)
	files := len(fixed.Changed(w.snapshot))
	saved, err := fixed.Save(w.snapshot)
	if err != nil {
		return nil, err
	}
	w.snapshot = saved
	return &report.Fixed{Fixes: n, Files: files}, nil
}

// printFixes prints as a patch what fix would write.
func (w *workspace) printFixes(cmd *cobra.Command, selected func(string) bool) error {
	fixed, _ := w.fixed(selected)
	var changes []report.Change
	for _, path := range fixed.Changed(w.snapshot) {
		changes = append(changes, report.Change{Path: path, Before: w.snapshot.Text(path), After: fixed.Text(path)})
	}
	withheld, err := report.Diff(cmd.OutOrStdout(), w.root, changes, w.snapshot.Secrets)
	if err != nil {
		return exitError{exitUsage, fmt.Errorf("cannot print the patch: %w", err)}
	}
	for _, file := range slices.Sorted(maps.Keys(withheld)) {
		fmt.Fprintf(cmd.ErrOrStderr(), "opm-lsp: the patch leaves out %s of %s, next to a secret: \"opm-lsp check --fix\" makes it\n", rule.Plural(withheld[file], "change"), file)
	}
	switch {
	case w.unread:
		return exitError{code: exitUsage}
	case len(changes) > 0:
		return exitError{code: exitFindings}
	}
	return nil
}
