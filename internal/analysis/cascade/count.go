package cascade

import (
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// A count is what strings.MinRunes(4) and its like ask: how long a string or a list is.
// CUE need not be asked about these.
type count struct {
	kind  Kind
	least bool // whether limit is the least that is allowed, or the greatest
	limit int
}

var countingCall = regexp.MustCompile(`^(strings|list)\.(Min|Max)(Runes|Items)\((\d+)\)$`)

// readCount returns what a call counts; nil if it does anything else.
func (c *Call) readCount() *count {
	m := countingCall.FindStringSubmatch(c.Source)
	if m == nil || (m[1] == "strings") != (m[3] == "Runes") ||
		!slices.Contains(c.Imports, strconv.Quote(m[1])) && !slices.Contains(c.Imports, m[1]+" "+strconv.Quote(m[1])) {
		return nil
	}
	limit, err := strconv.Atoi(m[4])
	if err != nil {
		return nil
	}
	kind := String
	if m[1] == "list" {
		kind = List
	}
	return &count{kind: kind, least: m[2] == "Min", limit: limit}
}

func (c *count) holds(v *Value) Truth {
	n := len(v.Items)
	if c.kind == String {
		n = utf8.RuneCountInString(v.Text)
	}
	if c.least {
		return truth(n >= c.limit)
	}
	return truth(n <= c.limit)
}
