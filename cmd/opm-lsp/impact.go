package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
)

func impactCommand() *cobra.Command {
	var dir, since string
	cmd := &cobra.Command{
		Use:   "impact",
		Short: "Say which releases a change breaks or changes",
		Long: `Say which releases break with the files as they are now, and which have other values, against a
revision of Git: the last commit, if none is named. Releases that are new or gone are listed too. What a
component or a scope says besides the values is not compared.

Exit code: 0 if no release breaks, 1 if one does, 2 if nobody can say, because what changed does not parse.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := openWorkspace(cmd, dir)
			if err != nil {
				return exitError{exitUsage, err}
			}
			defer w.workers.Close()
			texts, err := textsAt(cmd.Context(), w.root, since)
			if err != nil {
				return exitError{exitUsage, err}
			}
			before := w.snapshot.WithTexts(texts)
			impacts := analysis.Impacts(before, w.snapshot, nil)
			var out strings.Builder
			report.WriteImpacts(&out, w.snapshot, impacts, w.snapshot.Missing(before), before.Missing(w.snapshot))
			if _, err := io.WriteString(cmd.OutOrStdout(), out.String()); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print what the change does: %w", err)}
			}
			if slices.ContainsFunc(impacts, func(i analysis.Impact) bool { return i.Effect == analysis.Breaks }) {
				return exitError{exitFindings, nil}
			}
			if f := newlyBroken(before, w.snapshot); f != nil {
				return exitError{exitUsage, fmt.Errorf("%s does not parse, so nobody can say what it does to the releases: run \"opm-lsp check\"", w.place(f, f.Problems[0].Span))}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	cmd.Flags().StringVar(&since, "since", "HEAD", "compare with this revision: a commit, a branch or a tag")
	return cmd
}

// newlyBroken returns a file that does not parse and that was another one before; nil if there is
// none.
func newlyBroken(before, after *analysis.Snapshot) *syntax.File {
	for _, path := range after.Files() {
		f := after.Index().File(path)
		if len(f.Problems) == 0 {
			continue
		}
		if was := before.Index().File(path); was == nil || was.Hash != f.Hash {
			return f
		}
	}
	return nil
}
