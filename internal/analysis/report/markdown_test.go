package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/report"
)

const page = `<!-- Generated. -->

# release/x

**error** · [all](../README.md)

A paragraph that is longer than the terminal is wide, with ` + "`**code** in one piece`" + ` in it, and
[a link](https://example.com/a).

> Quoted,
> over lines.

- one item that goes on over more than a line of the terminal
- two

1. first
<details><summary>Folded</summary>

` + "```cue" + `
a: [1](2)
	b: **3**

# no heading
` + "```" + `

</details>
| a | b |
|---|---|
`

func TestTerminal(t *testing.T) {
	want := `release/x

error · all

A paragraph that is longer than the
terminal is wide, with
` + "`**code** in one piece`" + ` in it, and a
link (https://example.com/a).

  | Quoted, over lines.

  - one item that goes on over more than
    a line of the terminal
  - two

  1. first
Folded

    a: [1](2)
    	b: **3**

    # no heading

| a | b |
|---|---|`
	if diff := cmp.Diff(want, report.Terminal(page, 40, false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := report.Terminal("# a `b`\nc", 40, true); got != "\x1b[1ma `b`\x1b[0m\nc" {
		t.Errorf("in colour: %q", got)
	}
	if got := report.Plain("a\nb\n\n\n\nc"); got != "a b\n\nc" {
		t.Errorf("plain: %q", got)
	}
}
