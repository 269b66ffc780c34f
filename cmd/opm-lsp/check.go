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
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// checkOptions are what the flags of check say.
type checkOptions struct {
	dir, format, failLevel string
	fix, diff              bool
}

func checkCommand() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [path…]",
		Short: "Report everything that is wrong in the workspace",
		Long: `Report everything that is wrong in the workspace.

With paths, only what is wrong in those files and directories is printed; the whole
workspace is read all the same, since a release depends on its catalog.

Formats: pretty shows the lines; compact prints a line for each problem, as
file:line:column: severity[rule]: message; json and sarif are for other programs; github
makes annotations in GitHub Actions. Columns count characters (Unicode code points) from
1; in sarif UTF-16 units from 1, and in json lines and UTF-16 units from 0, as in LSP.
Files are relative to the top of the workspace, in sarif and github to that of the
repository.

--fix applies the fixes that are safe, in the files and directories named, and reports
what is left. --diff prints them as a patch instead and changes nothing; changes of lines
with a secret on them are left out of it.

Exit code: 0 if nothing is wrong that is as severe as --fail-level, 1 if something is, 2 if
the workspace or a file of it cannot be read or written, or there is no CUE file in it. With
--diff: 0 if there is nothing to fix, 1 if there is, 2 as above.`,
		RunE: func(cmd *cobra.Command, paths []string) error { return o.run(cmd, paths) },
	}
	directoryFlag(cmd, &o.dir)
	choiceFlag(cmd, &o.format, "format", formatNames(), "how to print")
	choiceFlag(cmd, &o.failLevel, "fail-level", failLevels(), "the least severity that makes the exit code 1")
	cmd.Flags().BoolVar(&o.fix, "fix", false, "apply the fixes that are safe, and report what is left")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "print what --fix would change as a patch, and change nothing")
	return cmd
}

// choiceFlag adds a flag whose value is one of some words, the first by default.
func choiceFlag(cmd *cobra.Command, value *string, name string, words []string, usage string) {
	cmd.Flags().StringVar(value, name, words[0], usage+": "+strings.Join(words, ", "))
	_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // fails if there is no such flag
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// never is the level at which no finding is a failure.
const never = "never"

// failLevels returns what --fail-level may be, the default first.
func failLevels() []string {
	var names []string
	for _, s := range rule.Severities() {
		if s != rule.Off {
			names = append(names, s.String())
		}
	}
	return append(names, never)
}

// choose returns which of some words a flag names.
func choose(what, word string, words []string) (int, error) {
	i := slices.Index(words, word)
	if i < 0 {
		return 0, fmt.Errorf("unknown %s %q: use one of %s", what, word, strings.Join(words, ", "))
	}
	return i, nil
}

func (o *checkOptions) run(cmd *cobra.Command, paths []string) error {
	i, err := choose("format", o.format, formatNames())
	if err != nil {
		return err
	}
	format := report.Formats()[i]
	if _, err := choose("level", o.failLevel, failLevels()); err != nil {
		return err
	}
	switch {
	case o.fix && o.diff:
		return errors.New("--fix changes files and --diff only shows what it would change: use one of them")
	case o.diff && cmd.Flags().Changed("format"):
		return errors.New("--diff prints a patch and nothing else: leave out --format")
	}
	w, err := openWorkspace(cmd, o.dir, keeping())
	if err != nil {
		return exitError{exitUsage, err}
	}
	defer w.workers.Close()
	selected, err := w.selection(paths)
	if err != nil {
		return exitError{exitUsage, err}
	}
	if o.diff {
		return w.printFixes(cmd, selected)
	}
	var fixed *report.Fixed
	if o.fix {
		if fixed, err = w.fix(selected); err != nil {
			return exitError{exitUsage, err}
		}
		if !format.ForPeople {
			fmt.Fprintln(cmd.ErrOrStderr(), fixed)
		}
	}
	in := report.Input{
		Root:       w.root,
		Repository: repository(w.root),
		Text:       w.snapshot.Text,
		Secrets:    w.snapshot.Secrets,
		Fixed:      fixed,
		Version:    version(),
		Color:      format.ForPeople && isTerminal(os.Stdout),
	}
	for _, path := range w.snapshot.Files() {
		if selected(path) && catalogindex.IsBelow(path, w.root) { // and not in a source
			in.Files++
		}
	}
	progress := startProgress("Checking")
	found := w.snapshot.AllDiagnosticsWith(progress.counted("Checking", "packages"))
	progress.end()
	in.Diagnostics = slices.DeleteFunc(found, func(d analysis.Diagnostic) bool { return !selected(d.Path) })
	_ = w.snapshot.SaveCache() // without it the next run takes its time
	nothing := in.Files == 0 && !w.unread
	if nothing && format.ForPeople {
		return nothingBelow(w.root)
	}
	if err := format.Print(cmd.OutOrStdout(), in); err != nil {
		return exitError{exitUsage, fmt.Errorf("cannot write the report: %w", err)}
	}
	switch {
	case nothing:
		return nothingBelow(w.root)
	case w.unread:
		return exitError{code: exitUsage} // nobody knows what is wrong there
	}
	level, _ := rule.ParseSeverity(o.failLevel) // never is none, and less than any
	if slices.ContainsFunc(in.Diagnostics, func(d analysis.Diagnostic) bool { return d.Severity <= level }) {
		return exitError{code: exitFindings}
	}
	return nil
}

// nothingBelow says that there is nothing to check, which somebody who checks did not mean.
func nothingBelow(root string) error {
	return exitError{exitUsage, fmt.Errorf("there is no CUE file below %s: name another directory with -C", root)}
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
	for i, p := range wanted {
		holds := func(file string) bool { return catalogindex.IsBelow(file, p) }
		if !slices.ContainsFunc(w.snapshot.Files(), holds) {
			return nil, fmt.Errorf("there is no CUE file at or below %s", paths[i])
		}
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
