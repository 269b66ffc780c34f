package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"
)

// A row is one goal and what was measured.
type row struct {
	what, goal, measured, ratio string
	held                        bool
	anySize                     bool // the goal is not about 10,000 releases
}

// rows compares the goals with the figures. Those about 10,000 releases are compared with the largest
// size that was measured, and say so where that is another.
func (r *results) rows() []row {
	big, small := r.sizes[len(r.sizes)-1], r.sizes[0]
	ms := time.Millisecond
	floor := r.floor.median()
	under := func(what string, d, most time.Duration) row {
		return row{what: what, goal: "≤ " + duration(most), measured: duration(d), ratio: ratio(float64(d), float64(most)), held: d <= most}
	}
	overFloor := func(what string, measured times) row {
		got := measured.median()
		return row{what: what, goal: fmt.Sprintf("median ≤ 2 × floor (%s)", duration(2*floor)), measured: duration(got), ratio: ratio(float64(got), float64(floor)) + " floor", held: got <= 2*floor}
	}
	rows := []row{
		overFloor("didChange in a release → its diagnostics, pushed", big.push),
		under("— 99th percentile", big.push.p99(), 10*ms),
		overFloor("didChange, then textDocument/diagnostic → its answer", big.pull),
		under("— 99th percentile", big.pull.p99(), 10*ms),
		{what: fmt.Sprintf("pushed, at %d releases against %d", big.releases, small.releases), goal: "the same",
			measured: fmt.Sprintf("%s and %s", duration(big.push.median()), duration(small.push.median())),
			ratio:    ratio(float64(big.push.median()), float64(small.push.median())),
			held:     float64(big.push.median()) <= 1.25*float64(small.push.median())},
		under("completion, median", big.completion.median(), 1*ms),
		under("— 99th percentile", big.completion.p99(), 5*ms),
		under("hover, median", big.hover.median(), 1*ms),
		under("— 99th percentile", big.hover.p99(), 5*ms),
		under(fmt.Sprintf("a Module's default changes → its %d open releases, median", openReleases), big.module.open.median(), 20*ms),
		under(fmt.Sprintf("— all its %d releases (%d evaluated), median", big.module.dependents, big.module.evaluated), big.module.all.median(), 500*ms),
		{what: "a Module's comment changes → releases evaluated", goal: "none", measured: fmt.Sprint(big.module.commentEvaluated), held: big.module.commentEvaluated == 0},
		under("start → first diagnostics of the open file, cold", big.coldStart, 300*ms),
		under("— with a warm disk cache, median", big.warmStarts.median(), 300*ms),
		under("check of the whole workspace, cold", big.coldCheck.wall, 8*time.Second),
		under("— with a warm disk cache", big.warmCheck.wall, time.Second),
	}
	for _, z := range r.sizes {
		if most := map[int]int64{1000: 120, 10000: 400}[z.releases] << 20; most > 0 {
			for _, at := range []struct {
				when  string
				bytes int64
			}{{"loaded", z.loaded}, {"after the edits", z.edited}, {"at most", z.peak}} {
				rows = append(rows, row{what: fmt.Sprintf("resident memory of all processes, %d releases, %s", z.releases, at.when),
					goal: "≤ " + megabytes(most), measured: megabytes(at.bytes), ratio: ratio(float64(at.bytes), float64(most)), held: at.bytes <= most, anySize: true})
			}
		}
	}
	if r.plan.alone {
		return rows
	}
	perRelease := func(t timed) time.Duration { return t.wall / time.Duration(r.checks.releases) }
	faster := float64(r.checks.cueVet.wall) / float64(r.checks.opmLsp.wall)
	return append(rows, row{what: fmt.Sprintf("check against cue vet, a release (of %d concrete ones)", r.checks.releases), goal: "≥ 5 × faster",
		measured: fmt.Sprintf("%s and %s", duration(perRelease(r.checks.opmLsp)), duration(perRelease(r.checks.cueVet))),
		ratio:    fmt.Sprintf("%.1f × faster", faster), held: faster >= 5, anySize: true})
}

func ratio(a, b float64) string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f ×", a/b)
}

// markdown writes all figures as a part of docs/performance.md.
func (r *results) markdown() string {
	var b strings.Builder
	big := r.sizes[len(r.sizes)-1]
	fmt.Fprintf(&b, "Measured on %s with %s on %d cores (%s). The load average was between %s and %s:\nwhere it is above 0.5 before the start, others were at work too.\n\n",
		r.began.UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), r.machine, r.sizes[0].loadBefore, big.loadAfter)
	fmt.Fprintf(&b, "## The goals\n\nAt %d Modules and %d releases, unless the line says something else.\n\n", big.modules, big.releases)
	b.WriteString("| | goal | measured | ratio | |\n|---|---|---|---|---|\n")
	for _, row := range r.rows() {
		verdict := "**missed**"
		switch {
		case !row.anySize && big.releases != 10000:
			verdict = "another size"
		case row.held:
			verdict = "held"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.what, row.goal, row.measured, row.ratio, verdict)
	}
	r.writeYardsticks(&b)
	big.profile.write(&b, big.releases)
	r.writeGrowth(&b)
	return b.String()
}

func (r *results) writeYardsticks(b *strings.Builder) {
	b.WriteString("\n## The yardsticks, in the same run\n\n| | median | 99th percentile |\n|---|---|---|\n")
	fmt.Fprintf(b, "| floor: parse a release, evaluate its values against the Module's, validate | %s | %s |\n", duration(r.floor.median()), duration(r.floor.p99()))
	wire := r.sizes[len(r.sizes)-1].wire
	fmt.Fprintf(b, "| the wire: a request that opm-lsp refuses at once → its answer | %s | %s |\n", duration(wire.median()), duration(wire.p99()))
	if r.plan.alone {
		return
	}
	fmt.Fprintf(b, "| `cue lsp`: didChange → a parse error | %s | %s |\n", duration(r.cueLsp.errors.median()), duration(r.cueLsp.errors.p99()))
	fmt.Fprintf(b, "\n`cue lsp` had %s with one file open.\n\n", megabytes(r.cueLsp.memory))
	fmt.Fprintf(b, "| %d concrete releases | by the clock | a release | on all cores |\n|---|---|---|---|\n", r.checks.releases)
	for _, line := range []struct {
		what string
		timed
	}{
		{"`opm-lsp check`, no cache", r.checks.opmLsp},
		{"`cue vet -c ./releases/...`", r.checks.cueVet},
		{"`load.Instances` and `Validate` in one process", r.checks.instances},
	} {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", line.what, duration(line.wall), duration(line.wall/time.Duration(r.checks.releases)), duration(line.cpu))
	}
}

func (r *results) writeGrowth(b *strings.Builder) {
	b.WriteString("\n## Growth\n\n| releases |")
	for _, z := range r.sizes {
		fmt.Fprintf(b, " %d |", z.releases)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(r.sizes)) + "\n")
	both := func(t times) string { return duration(t.median()) + " / " + duration(t.p99()) }
	for _, line := range []struct {
		what string
		of   func(z sized) string
	}{
		{"Modules", func(z sized) string { return fmt.Sprint(z.modules) }},
		{"didChange → diagnostics, median / 99th percentile", func(z sized) string { return both(z.push) }},
		{"didChange and textDocument/diagnostic", func(z sized) string { return both(z.pull) }},
		{"completion", func(z sized) string { return both(z.completion) }},
		{"hover", func(z sized) string { return both(z.hover) }},
		{"a Module's default → its open releases", func(z sized) string { return duration(z.module.open.median()) }},
		{"— all that follows", func(z sized) string { return duration(z.module.all.median()) }},
		{"— releases evaluated, of so many on the Module", func(z sized) string { return fmt.Sprintf("%d of %d", z.module.evaluated, z.module.dependents) }},
		{"a Module's comment → nothing left to do", func(z sized) string { return duration(z.module.comment.median()) }},
		{"start → first diagnostics, cold", func(z sized) string { return duration(z.coldStart) }},
		{"— warm, median", func(z sized) string { return duration(z.warmStarts.median()) }},
		{"start → all diagnostics, cold", func(z sized) string { return duration(z.coldLoad) }},
		{"check, cold: by the clock (on all cores)", func(z sized) string {
			return fmt.Sprintf("%s (%s)", duration(z.coldCheck.wall), duration(z.coldCheck.cpu))
		}},
		{"check, warm", func(z sized) string {
			return fmt.Sprintf("%s (%s)", duration(z.warmCheck.wall), duration(z.warmCheck.cpu))
		}},
		{"memory, loaded / after the edits / at most", func(z sized) string {
			return megabytes(z.loaded) + " / " + megabytes(z.edited) + " / " + megabytes(z.peak)
		}},
		{"memory from a warm cache, loaded / at most", func(z sized) string { return megabytes(z.warmLoaded) + " / " + megabytes(z.warmPeak) }},
		{"load average before and after", func(z sized) string { return z.loadBefore + " / " + z.loadAfter }},
	} {
		fmt.Fprintf(b, "| %s |", line.what)
		for _, z := range r.sizes {
			fmt.Fprintf(b, " %s |", line.of(z))
		}
		b.WriteByte('\n')
	}
}
