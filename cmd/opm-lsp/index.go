package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/syntax"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

func indexCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "index",
		Short: "List the documents of the workspace and how their references resolve",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			w, err := openWorkspace(cmd, dir)
			if err != nil {
				return exitError{exitUsage, err}
			}
			defer w.workers.Close()
			// In one piece: a list that could only be written in part is no list.
			if _, err := io.WriteString(cmd.OutOrStdout(), w.index()); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print the index: %w", err)}
			}
			if w.unread {
				return exitError{code: exitUsage}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	return cmd
}

// index lists the documents of the workspace.
func (w *workspace) index() string {
	out := &strings.Builder{}
	index := w.snapshot.Index()
	byKind := make(map[catalogindex.Kind][]*catalogindex.Document)
	for _, p := range index.Packages() {
		for _, d := range p.Documents {
			byKind[d.Kind] = append(byKind[d.Kind], d)
		}
	}
	total := 0
	for _, kind := range []catalogindex.Kind{catalogindex.Definition, catalogindex.Module, catalogindex.Release} {
		docs := byKind[kind]
		total += len(docs)
		if len(docs) == 0 {
			continue
		}
		slices.SortFunc(docs, func(a, b *catalogindex.Document) int {
			return cmp.Or(
				strings.Compare(unversioned(a), unversioned(b)),
				catalogindex.CompareVersions(a.Version.Value, b.Version.Value),
				strings.Compare(a.File.Path, b.File.Path),
			)
		})
		fmt.Fprintf(out, "%s (%d)\n", kind, len(docs))
		for _, d := range docs {
			fmt.Fprintf(out, "  %s  %s\n", d.Title(), w.place(d.File, d.Mark))
			if resolution, ok := index.Resolve(d); ok {
				fmt.Fprintf(out, "      %s\n", w.describe(d, resolution))
			}
		}
	}
	if total == 0 {
		fmt.Fprintf(out, "No OPM documents below %s.\n", report.Visible(w.root))
	}
	return out.String()
}

// unversioned returns the title of a document without its version, which sorts by rules
// of its own.
func unversioned(d *catalogindex.Document) string {
	return strings.TrimSuffix(d.Title(), " "+d.Version.Value)
}

// describe says how a document's reference resolved.
func (w *workspace) describe(d *catalogindex.Document, r catalogindex.Resolution) string {
	written := strings.Join(d.Reference.Names, ".")
	if r.Import != nil {
		written += fmt.Sprintf(" of %q", r.Import.Path)
	}
	switch {
	case r.Document != nil:
		return fmt.Sprintf("→ %s %s  %s  (%s)", r.Document.Kind, r.Document.Title(), w.place(r.Document.File, r.Document.Mark), r.Source)
	case r.Source == catalogindex.Unresolved:
		return "→ not found: " + written
	default:
		return fmt.Sprintf("→ no document: %s  (%s)", written, r.Source)
	}
}

// place returns file:line, with the line counted from 1 and the file below the root.
func (w *workspace) place(f *syntax.File, span text.Span) string {
	return w.placeOfLine(f, f.Text.LineOf(span.Start)+1)
}

func (w *workspace) placeOfLine(f *syntax.File, line int) string {
	rel, err := filepath.Rel(w.root, f.Path)
	if err != nil {
		rel = f.Path
	}
	return fmt.Sprintf("%s:%d", report.Visible(filepath.ToSlash(rel)), line)
}
