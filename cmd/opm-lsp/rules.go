package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

func rulesCommand() *cobra.Command {
	formats := []string{"table", "json"}
	var format string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Long: `List the rules: what each finds, how severe that is unless a project says otherwise in
its opm-lsp.cue, and whether it has a fix. "opm-lsp explain" prints the page of one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			i, err := choose("format", format, formats)
			if err != nil {
				return err
			}
			print := printRules
			if formats[i] == "json" {
				print = printRulesJSON
			}
			if err := print(cmd.OutOrStdout(), rules.All()); err != nil {
				return exitError{exitUsage, fmt.Errorf("cannot print the rules: %w", err)}
			}
			return nil
		},
	}
	choiceFlag(cmd, &format, "format", formats, "how to print")
	return cmd
}

// printRules prints rules as a table.
func printRules(w io.Writer, all []*rule.Rule) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tFIX\tFINDS")
	for _, r := range all {
		severity, fix := r.Severity.String(), "-"
		if r.Off {
			severity = "off (" + severity + ")"
		}
		if r.Fix != "" {
			fix = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.Code, severity, fix, r.Finds)
	}
	return table.Flush()
}

// A jsonRule is a rule as --format json prints it.
type jsonRule struct {
	Code     string   `json:"code"`
	Category string   `json:"category"`
	Severity string   `json:"severity"`
	Enabled  bool     `json:"enabled"` // where a project says nothing
	Finds    string   `json:"finds"`
	Fix      string   `json:"fix"` // "" if it has none
	Settings []string `json:"settings"`
	URL      string   `json:"url"`
}

func printRulesJSON(w io.Writer, all []*rule.Rule) error {
	out := struct {
		Rules []jsonRule `json:"rules"`
	}{}
	for _, r := range all {
		out.Rules = append(out.Rules, jsonRule{
			Code: r.Code, Category: r.Category(), Severity: r.Severity.String(), Enabled: !r.Off,
			Finds: r.Finds, Fix: r.Fix, Settings: append([]string{}, r.Settings...), URL: rules.URL(r.Code),
		})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}
