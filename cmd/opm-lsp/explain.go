package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// explainWidth is how wide a page is printed, in columns.
const explainWidth = 80

func explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain <rule>",
		Short: "Say why there is a rule, with examples",
		Long: `Say why there is a rule, what it finds, how to mend it and how to switch it off, with
examples. For a category, such as "release", it lists the rules in it.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("name one rule, such as: opm-lsp explain release/unknown-value")
			}
			return nil
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var out []string
			if len(args) == 0 {
				for _, r := range rules.All() {
					out = append(out, cobra.CompletionWithDesc(r.Code, r.Finds))
				}
			}
			return out, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := explain(cmd.OutOrStdout(), args[0]); err != nil {
				return exitError{exitUsage, err}
			}
			return nil
		},
	}
}

// explain prints the page of a rule, or the rules of a category.
func explain(w io.Writer, name string) error {
	var err error
	if r := rules.Named(name); r != nil {
		var page *rules.Page
		if page, err = rules.PageOf(r); err != nil {
			return err
		}
		text := report.Terminal(page.Summary(), explainWidth, isTerminal(os.Stdout))
		_, err = fmt.Fprintf(w, "%s\n\nMore examples: %s\n", text, rules.URL(r.Code))
	} else {
		inCategory := slices.DeleteFunc(rules.All(), func(r *rule.Rule) bool { return r.Category() != strings.TrimSuffix(name, "/") })
		if len(inCategory) == 0 {
			return unknownRule(name)
		}
		err = printRules(w, inCategory)
	}
	if err != nil {
		return fmt.Errorf("cannot print the page: %w", err)
	}
	return nil
}

// unknownRule says that there is no such rule, and which was meant.
func unknownRule(name string) error {
	names := make(map[string]string) // codes by what may be written for them
	for _, r := range rules.All() {
		names[r.Category()] = r.Category()
		names[r.Code] = r.Code
		if !strings.Contains(name, "/") {
			names[r.Name()] = r.Code
		}
	}
	meant, near := names[name], ""
	if meant == "" {
		var candidates []string
		for candidate := range names {
			candidates = append(candidates, candidate)
		}
		near = rule.Nearest(name, candidates)
		meant = names[near]
	}
	if meant == "" {
		return fmt.Errorf("there is no rule %q: \"opm-lsp rules\" lists them", name)
	}
	return fmt.Errorf("there is no rule %q: did you mean %s?", name, meant)
}
