package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is set at link time to the version of a release.
var release string

// version returns the version of the program.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && release == "" && info.Main.Version != "(devel)" {
		return cmp.Or(info.Main.Version, "dev")
	}
	return cmp.Or(release, "dev")
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return printVersion(cmd) },
	}
}

func printVersion(cmd *cobra.Command) error {
	cue := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "cuelang.org/go" {
				cue = dep.Version
			}
		}
	}
	if _, err := fmt.Fprintf(cmd.OutOrStdout(), "opm-lsp %s (CUE %s, %s, %s/%s)\n", version(), cue, runtime.Version(), runtime.GOOS, runtime.GOARCH); err != nil {
		return exitError{exitUsage, fmt.Errorf("cannot print the version: %w", err)}
	}
	return nil
}
