package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
	"github.com/open-platform-model/opm-lsp/internal/analysis/synthetic"
)

// measureSoak edits releases, each time to a text that never was, and compares the memory of all
// processes at the last of the plan's marks with that at the first.
func measureSoak(p plan, dir string, say func(format string, args ...any)) (string, error) {
	programs, err := buildPrograms(dir, true)
	if err != nil {
		return "", err
	}
	defer useCache(filepath.Join(dir, "cache"))()
	n := p.sizes[0]
	w, err := write(filepath.Join(dir, "workspace"), synthetic.Options{Seed: p.seed, Modules: modulesFor(n), Releases: n})
	if err != nil {
		return "", err
	}
	var memory []int64
	began := time.Now()
	err = during(func(t lspclient.T) {
		s := serve(t, programs.opmLsp, w, false)
		s.loaded()
		open := typists(s, 5)
		done := 0
		for _, mark := range p.soakMarks {
			for ; done < mark; done++ {
				open[done%len(open)].pushed()
			}
			s.settled()
			memory = append(memory, settledMemory(s.Process(), p.settling))
			say("%d edits: %s", done, megabytes(memory[len(memory)-1]))
		}
	})
	if err != nil {
		return "", err
	}
	first, last := memory[0], memory[len(memory)-1]
	verdict := "**missed**"
	if last*10 <= first*11 {
		verdict = "held"
	}
	text := fmt.Sprintf("| edits, at %d releases | resident memory |\n|---|---|\n", n)
	for i, mark := range p.soakMarks {
		text += fmt.Sprintf("| %d | %s |\n", mark, megabytes(memory[i]))
	}
	return text + fmt.Sprintf("\nThe goal is flat, ±10 %%. Measured is %s: %s. It took %s.\n",
		ratio(float64(last), float64(first)), verdict, duration(time.Since(began))), nil
}
