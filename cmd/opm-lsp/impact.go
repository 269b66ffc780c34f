package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
)

func impactCommand() *cobra.Command {
	var dir, since string
	cmd := &cobra.Command{
		Use:   "impact",
		Short: "Say which releases a change breaks or changes",
		Long: `Say which releases break, or deploy something else, with the files as they are now, and
what of them changes: against a revision of Git, which is the last commit if none is named. The exit code is 1 if a
release breaks.`,
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
			impacts := analysis.Impacts(w.snapshot.WithTexts(texts), w.snapshot, nil)
			var out strings.Builder
			report.WriteImpacts(&out, w.snapshot, impacts)
			if _, err := io.WriteString(cmd.OutOrStdout(), out.String()); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print what the change does: %w", err)}
			}
			if slices.ContainsFunc(impacts, func(i analysis.Impact) bool { return i.Effect == analysis.Breaks }) {
				return exitError{exitFindings, nil}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	cmd.Flags().StringVar(&since, "since", "HEAD", "compare with this revision: a commit, a branch or a tag")
	return cmd
}
