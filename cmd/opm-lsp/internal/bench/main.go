// Command bench measures opm-lsp. "bench generate" writes a workspace of any size.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "generate" {
		return generate(args[1:])
	}
	return fmt.Errorf("say what to do: generate")
}

// generate writes a workspace, and beside it, if asked to, what CUE alone checks of it.
func generate(args []string) error {
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	var o synthetic.Options
	flags.Uint64Var(&o.Seed, "seed", 1, "the same seed makes the same workspace")
	flags.IntVar(&o.Modules, "modules", 1000, "how many Modules")
	flags.IntVar(&o.Releases, "releases", 10000, "how many releases")
	flags.BoolVar(&o.Concrete, "concrete", false, "make releases that set every value and have no mistakes")
	dir := flags.String("dir", "", "where to write the workspace")
	plain := flags.String("plain", "", "where to write the same constraints and releases for CUE alone")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *dir == "" || o.Modules < 1 || o.Releases < 0 {
		return fmt.Errorf("generate needs -dir, and at least one Module")
	}
	w := synthetic.New(o)
	if err := synthetic.Write(*dir, w.All()); err != nil {
		return err
	}
	if *plain == "" {
		return nil
	}
	return synthetic.Write(filepath.Clean(*plain), w.Plain)
}
