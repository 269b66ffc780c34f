// Command opm-lsp is the language server of the Open Platform Model, and the same
// engine as a command line.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// Exit codes.
const (
	exitClean    = 0
	exitFindings = 1 // check found something at or above --fail-level
	exitUsage    = 2 // wrong use, or something could not be read
)

// An exitError ends the program with a code and, if there is something to say, a
// sentence.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

func main() { os.Exit(run(os.Args[1:])) }

// run executes the command line and returns the exit code.
func run(args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return exitClean
	}
	var exit exitError
	if !errors.As(err, &exit) {
		exit = exitError{exitUsage, fmt.Errorf("%w\nRun \"opm-lsp --help\" for usage", err)}
	}
	if exit.err != nil {
		fmt.Fprintf(os.Stderr, "opm-lsp: %v\n", exit.err)
	}
	return exit.code
}

func rootCommand() *cobra.Command {
	serve := serveCommand()
	var showVersion bool
	root := &cobra.Command{
		Use:   "opm-lsp",
		Short: "The language server of the Open Platform Model",
		Long: `The language server of the Open Platform Model.

Without a command it serves an editor over standard input and output, as "opm-lsp serve" does.`,
		Args:          isCommand,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if showVersion {
				return printVersion(cmd)
			}
			return serve.RunE(cmd, args)
		},
	}
	root.Flags().BoolVar(&showVersion, "version", false, "print the version")
	root.Flags().AddFlagSet(serve.Flags())
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(serve, checkCommand(), effectiveCommand(), whyCommand(), impactCommand(), rulesCommand(), explainCommand(), indexCommand(), versionCommand(), workerCommand())
	root.SetHelpCommand(helpCommand())
	return root
}

// isCommand refuses what is no command.
func isCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return noCommand(root, args[0])
}

// noCommand says that there is no such command, and which was meant.
func noCommand(root *cobra.Command, name string) error {
	names := []string{"help"}
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	if near := rule.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no command %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("there is no command %q", name)
}

// helpCommand is cobra's own, but for a command that there is not it fails.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Print the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(cmd.Root(), strings.Join(args, " "))
			}
			about.InitDefaultHelpFlag() // what "opm-lsp command --help" shows
			return about.Help()
		},
	}
}
