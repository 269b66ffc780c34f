package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func impactCommand() *cobra.Command {
	var dir, since string
	cmd := &cobra.Command{
		Use:   "impact",
		Short: "Say which releases a change breaks or changes",
		Long: `Say which releases break with the files as they are now, and which have other values, against a
revision of Git: the last commit, if none is named. Releases that are new or gone are listed too. What a
component or a scope says besides the values is not compared.

Exit code: 0 if no release breaks, 1 if one does or a new one has errors, 2 if nobody can say, because a file cannot
be read, or one that changed does not parse, now or in that revision.`,
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
			impacts, added := analysis.Impacts(before, w.snapshot, nil), w.snapshot.Missing(before)
			var out strings.Builder
			report.WriteImpacts(&out, w.snapshot, impacts, added, before.Missing(w.snapshot))
			if _, err := io.WriteString(cmd.OutOrStdout(), out.String()); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print what the change does: %w", err)}
			}
			if w.unread {
				return exitError{code: exitUsage} // nobody knows what is there
			}
			if err := w.unparsed(before, since); err != nil {
				return exitError{exitUsage, err}
			}
			breaks := slices.ContainsFunc(impacts, func(i analysis.Impact) bool { return i.Effect == analysis.Breaks })
			if breaks || slices.ContainsFunc(added, func(d *catalogindex.Document) bool { return len(w.snapshot.Effective(d).Problems) > 0 }) {
				return exitError{exitFindings, nil}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	cmd.Flags().StringVar(&since, "since", "HEAD", "compare with this revision: a commit, a branch or a tag")
	return cmd
}

// unparsed returns an error if a file that the change touches does not parse, now or before it.
func (w *workspace) unparsed(before *analysis.Snapshot, since string) error {
	const unknown = "so nobody can say what it does to the releases"
	for _, path := range w.snapshot.Files() {
		is, was := w.snapshot.Index().File(path), before.Index().File(path)
		switch {
		case was != nil && was.Hash == is.Hash:
		case len(is.Problems) > 0:
			return fmt.Errorf("%s does not parse, %s: run \"opm-lsp check\"", w.place(is, is.Problems[0].Span), unknown)
		case was != nil && len(was.Problems) > 0:
			return fmt.Errorf("%s does not parse in %s, %s: compare with another revision", w.place(was, was.Problems[0].Span), since, unknown)
		}
	}
	return nil
}
