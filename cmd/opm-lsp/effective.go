package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

func effectiveCommand() *cobra.Command {
	var dir, format string
	var options report.EffectiveOptions
	cmd := &cobra.Command{
		Use:   "effective <release>",
		Short: "Print the final configuration of a release",
		Long: `Print the final configuration of a release: what the definition, the Module and the
release come to together.

A release is named by its name, by namespace/name, or by its file.

Exit code: 0 if it is complete, 1 if the release has errors or a value cannot be
computed or is not set, 2 if there is no such release or a file cannot be read. What could
be computed is printed all the same.`,
		Args: oneRelease,
		RunE: func(cmd *cobra.Command, args []string) error {
			formats := report.EffectiveFormats()
			i := slices.IndexFunc(formats, func(f report.EffectiveFormat) bool { return f.Name == format })
			if i < 0 {
				return fmt.Errorf("unknown format %q: use one of %s", format, effectiveFormatNames())
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
			e := w.snapshot.Effective(d)
			options.Root = w.root
			if err := formats[i].Print(cmd.OutOrStdout(), e, options); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print the configuration: %w", err)}
			}
			if w.unread {
				return exitError{code: exitUsage} // what was not read may decide it
			}
			if n := len(e.Problems); n > 0 {
				return exitError{exitFindings, fmt.Errorf("%s has %s, so this is not its final configuration: run \"opm-lsp check\"", d.Title(), errorCount(n))}
			}
			if e.Incomplete {
				return exitError{exitFindings, fmt.Errorf("a layer below %s is not known, so this is not its final configuration: run \"opm-lsp check\"", d.Title())}
			}
			gaps := e.Values.Gaps()
			if options.Components {
				gaps += e.Components.Gaps()
			}
			if options.Scopes {
				gaps += e.Scopes.Gaps()
			}
			if gaps > 0 {
				return exitError{exitFindings, fmt.Errorf("%s of %s cannot be computed or must still be set, so this is not its final configuration: what is printed says which", valueCount(gaps), d.Title())}
			}
			return nil
		},
	}
	directoryFlag(cmd, &dir)
	cmd.Flags().StringVar(&format, "format", "cue", "how to print: "+effectiveFormatNames())
	cmd.Flags().BoolVar(&options.Components, "components", false, "print the components too, with those values in place")
	cmd.Flags().BoolVar(&options.Scopes, "scopes", false, "print what the scopes demand, with those values in place")
	cmd.Flags().BoolVar(&options.Provenance, "provenance", false, "say of every value where it comes from")
	return cmd
}

func errorCount(n int) string {
	if n == 1 {
		return "an error"
	}
	return fmt.Sprintf("%d errors", n)
}

func valueCount(n int) string {
	if n == 1 {
		return "a value"
	}
	return fmt.Sprintf("%d values", n)
}

func oneRelease(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("name one release: its name, namespace/name, or file")
	}
	return nil
}

func effectiveFormatNames() string {
	var names []string
	for _, f := range report.EffectiveFormats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// release finds the release that an argument means: a file, relative to the directory
// in which the command works or to the top of the workspace, or a name.
func (w *workspace) release(arg string) (*catalogindex.Document, error) {
	found := w.snapshot.Releases(arg)
	for _, path := range w.paths(arg) {
		if len(found) == 0 {
			found = w.snapshot.Releases(path)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, w.unknownRelease(arg)
	}
	var titles []string
	for _, d := range found {
		titles = append(titles, fmt.Sprintf("%s (%s)", d.Title(), w.place(d.File, d.Mark)))
	}
	return nil, fmt.Errorf("%q means %s: name one", arg, strings.Join(titles, ", "))
}

// unknownRelease says that there is no such release, and which was meant.
func (w *workspace) unknownRelease(arg string) error {
	var names []string
	for _, p := range w.snapshot.Index().Packages() {
		for _, d := range p.Documents {
			if d.Kind == catalogindex.Release && d.Name.Value != "" {
				names = append(names, d.Name.Value, d.Title())
			}
		}
	}
	if near := rule.Nearest(arg, names); near != "" {
		return fmt.Errorf("there is no release %q: did you mean %s?", arg, near)
	}
	return fmt.Errorf("there is no release %q: \"opm-lsp index\" lists them", arg)
}

// paths returns the absolute paths that a file argument may mean.
func (w *workspace) paths(arg string) []string {
	var out []string
	if path, err := located(w.path(arg)); err == nil {
		out = append(out, path)
	}
	if inRoot := filepath.Join(w.root, arg); !filepath.IsAbs(arg) {
		if _, err := os.Stat(inRoot); err == nil {
			out = append(out, inRoot)
		}
	}
	return out
}
