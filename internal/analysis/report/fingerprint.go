package report

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex/text"
)

// Fingerprints say which results of two runs are the same one, though lines were added
// above it. There are two, for those who ask:
//
//   - opmLsp/v1 is a hash of the rule, the file and the line, whose secrets are covered up
//     first: nobody can guess one until the hash fits.
//   - primaryLocationLineHash is the only one that GitHub heeds. Its upload action computes
//     the same and complains about another, so it is that of src/fingerprints.ts in
//     github.com/github/codeql-action. It is left out where a secret would go into it.
type fingerprints struct {
	in     Input
	covers *covers
	lines  map[string][]string // line hashes by file and line from 0, "" where there is none
	seen   map[string]int      // how many results had the same opmLsp/v1 so far
}

func newFingerprints(in Input, covers *covers) *fingerprints {
	return &fingerprints{in, covers, make(map[string][]string), make(map[string]int)}
}

// of returns the fingerprints of a diagnostic. It must be asked in order.
func (f *fingerprints) of(d analysis.Diagnostic) map[string]string {
	line, out := "", make(map[string]string)
	if t := f.in.Text(d.Path); t != nil {
		n := t.LineOf(d.Span.Start)
		line = f.covers.slice(d.Path, t, t.Line(n))
		if _, known := f.lines[d.Path]; !known {
			f.lines[d.Path] = lineHashes(t.Content(), f.covers.spans(d.Path, t))
		}
		if hash := f.lines[d.Path][n]; hash != "" {
			out["primaryLocationLineHash"] = hash
		}
	}
	line = covered.ReplaceAllString(strings.TrimSpace(line), "•") // not even how long it is
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(d.Code+"\x00"+f.in.inRepository(d.Path)+"\x00"+line)))
	f.seen[hash]++
	out["opmLsp/v1"] = fmt.Sprintf("%s:%d", hash[:32], f.seen[hash])
	return out
}

var covered = regexp.MustCompile("•+")

const (
	hashedCharacters = 100 // from the start of a line on, over the lines behind it
	hashBase         = 37
	endOfFile        = 0xFFFF // counts as a character
)

// lineHashes returns the line hash of every line, "" for those whose characters are
// partly of a secret. The hash of a line is a polynomial over UTF-16 units without blanks,
// modulo 2⁶⁴; behind the end of the file stand zeros. Line ends count as one "\n" each.
// Equal hashes are counted: "c129715d7a2bc9a3:1".
func lineHashes(content string, secrets []text.Span) []string {
	var units []uint64 // the characters that count
	var at []int       // for each the byte offset
	starts := []int{0} // for each line its first character that counts
	add := func(offset int, unit uint64) { units, at = append(units, unit), append(at, offset) }
	for i, r := range content {
		switch {
		case r == ' ' || r == '\t' || r == '\n' && i > 0 && content[i-1] == '\r':
		case r == '\n' || r == '\r':
			add(i, '\n')
			starts = append(starts, len(units))
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				add(i, uint64(unit))
			}
		}
	}
	add(len(content), endOfFile)
	out := make([]string, len(starts))
	seen := make(map[string]int)
	for line, start := range starts {
		var hash uint64
		for i := start; i < start+hashedCharacters; i++ {
			hash *= hashBase
			if i < len(units) {
				hash += units[i]
			}
		}
		text := fmt.Sprintf("%x", hash)
		seen[text]++
		last := min(start+hashedCharacters, len(units)) - 1
		if !anyBetween(secrets, at[start], at[last]) {
			out[line] = fmt.Sprintf("%s:%d", text, seen[text])
		}
	}
	return out
}

// anyBetween reports whether a span has a byte at or between two byte offsets.
func anyBetween(spans []text.Span, first, last int) bool {
	return len(overlapping(spans, text.Span{Start: first, End: last + 1})) > 0
}
