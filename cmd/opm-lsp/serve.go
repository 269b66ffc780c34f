package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/evaluation"
	"github.com/open-platform-model/opm-lsp/internal/lsp"
)

func serveCommand() *cobra.Command {
	var logFile, debugAddress string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve an editor over standard input and output",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			collectAt(whenServing)
			log, err := newLogger(logFile)
			if err != nil {
				return exitError{exitUsage, err}
			}
			defer func() { _ = log.Sync() }()
			counters := new(lsp.Counters)
			if debugAddress != "" {
				debug, err := serveDebug(debugAddress, counters)
				if err != nil {
					return exitError{exitUsage, err}
				}
				defer debug.close()
				fmt.Fprintf(os.Stderr, "opm-lsp: counters and profiles are at %s\n", debug.url())
				log.Info("counters and profiles are served", zap.String("at", debug.url()))
			}
			evaluator := func(late func(packages []string)) (evaluation.Evaluator, func()) {
				workers := newWorkers(late, func(err error) {
					log.Warn("what may take long to compute is not computed, because no worker can be started", zap.Error(err))
				})
				return workers, workers.Close
			}
			code := lsp.Run(cmd.Context(), os.Stdin, os.Stdout, lsp.Options{
				Version: version(), Logger: log, Counters: counters, Evaluator: evaluator, Analysis: []analysis.Option{keeping()},
			})
			if code != exitClean {
				return exitError{code: code}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&logFile, "log-file", "", "append the log to this file instead of standard error")
	cmd.Flags().StringVar(&debugAddress, "debug-addr", "", "serve counters and profiles at this address of this machine, such as 127.0.0.1:0")
	// Clients of vscode-languageclient say so on the command line; it is the only way
	// there is.
	cmd.Flags().Bool("stdio", true, "speak over standard input and output")
	return cmd
}

// newLogger returns a log that goes to a file, or to standard error. It holds what
// the server does, never a document's text.
func newLogger(file string) (*zap.Logger, error) {
	config := zap.NewProductionEncoderConfig()
	config.EncodeTime = zapcore.ISO8601TimeEncoder
	sink, level := zapcore.Lock(os.Stderr), zapcore.WarnLevel
	if file != "" {
		f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("cannot write the log: %w", err)
		}
		sink, level = zapcore.Lock(f), zapcore.InfoLevel
	}
	return zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(config), sink, level)), nil
}
