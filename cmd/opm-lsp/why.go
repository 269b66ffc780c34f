package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func whyCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "why <release> <value.path>",
		Short: "Say where one value of a release comes from",
		Long: `Say where one value of a release comes from: what each layer says of it, and which
one wins. For a struct, that of every value in it.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("name a release and a value, such as: opm-lsp why web-dev/web image.tag")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := cascade.ParsePath(args[1])
			if err != nil {
				return err
			}
			w, err := openWorkspace(cmd, dir)
			if err != nil {
				return exitError{exitUsage, err}
			}
			defer w.workers.Close()
			d, err := w.release(args[0])
			if err != nil {
				return exitError{exitUsage, err}
			}
			explanations := w.snapshot.Why(d, path)
			if explanations == nil {
				return exitError{exitFindings, fmt.Errorf("%s has no value %s%s", d.Title(), args[1], w.didYouMean(d, path))}
			}
			texts := make([]string, len(explanations))
			for i, e := range explanations {
				texts[i] = w.explanation(e)
			}
			if _, err := io.WriteString(cmd.OutOrStdout(), strings.Join(texts, "\n")); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print where the value comes from: %w", err)}
			}
			if w.unread {
				return exitError{code: exitUsage}
			}
			if n := len(w.snapshot.Effective(d).Problems); n > 0 {
				return exitError{exitFindings, fmt.Errorf("%s has %s: run \"opm-lsp check\"", d.Title(), errorCount(n))}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	return cmd
}

// didYouMean returns the value of the same struct whose name is nearest.
func (w *workspace) didYouMean(d *catalogindex.Document, path cascade.Path) string {
	parent := path[:len(path)-1]
	if near := rule.Nearest(path[len(path)-1], w.snapshot.ValueNames(d, parent)); near != "" {
		return fmt.Sprintf(". Did you mean %s?", parent.Child(near))
	}
	return ""
}

// explanation writes an explanation as lines without trailing blanks.
func (w *workspace) explanation(e *analysis.Explanation) string {
	out := &strings.Builder{}
	fmt.Fprintf(out, "%s: %s\n\n", e.Path, e.Statement)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range e.Rows {
		place := ""
		if row.File != nil {
			place = w.placeOfLine(row.File, row.Line())
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n", row.Layer, row.Document.Title(), row.Says, row.Remark(), place)
	}
	_ = table.Flush() // a builder takes everything
	if e.Doc != "" {
		fmt.Fprintf(out, "\n%s\n", indent(e.Doc))
	}
	if len(e.Feeds) > 0 {
		fmt.Fprintf(out, "\n  feeds %s\n", strings.Join(e.Feeds, ", "))
	}
	for _, scope := range e.Governed {
		fmt.Fprintf(out, "\n  governed by the immutable scope %s\n", scope)
	}
	return trailingBlanks.ReplaceAllString(out.String(), "")
}

var trailingBlanks = regexp.MustCompile(`(?m)[ \t]+$`)

// indent moves every line that holds something two columns to the right.
func indent(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
