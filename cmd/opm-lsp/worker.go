package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
)

// workerName is the command that evaluates for another opm-lsp. Nobody calls it by hand.
const workerName = "worker"

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:    workerName,
		Short:  "Evaluate expressions for another opm-lsp, under limits of time and memory",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if code := evaluation.Work(os.Stdin, os.Stdout, evaluation.DefaultLimits); code != exitClean {
				return exitError{code: code}
			}
			return nil
		},
	}
}

// newWorkers returns workers that run this very program. Whoever asks waits for their answers,
// unless late is to be called with those that come late.
func newWorkers(late func(packages []string), failed func(error)) *evaluation.Workers {
	command, err := evaluation.WorkerCommand(workerName)
	if err != nil {
		command = []string{os.Args[0], workerName} // starting it will say what is wrong
	}
	return evaluation.NewWorkers(evaluation.Options{Command: command, Wait: late == nil, Late: late, Failed: failed})
}
