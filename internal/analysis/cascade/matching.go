package cascade

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// maxMatching is how many texts are made for one regular expression.
const maxMatching = 80

// matching returns texts that a regular expression most likely matches, plain ones first.
// Repetitions are as short as may be, one longer, or as long as the lengths ask for; of
// characters and alternatives each kind is taken once.
func matching(pattern string, lengths []int) []string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var out []string
	for _, extra := range append([]int{0, 1}, lengths...) {
		for pick := range likelyRunes {
			m := &matcher{extra: extra, pick: pick}
			m.write(re)
			if text := m.b.String(); len(text) <= maxLength && !slices.Contains(out, text) {
				out = append(out, text)
			}
			if len(out) == maxMatching {
				return out
			}
		}
	}
	return out
}

// likelyRunes are those of which one is taken where the expression allows many. The one
// that comes first counts.
const likelyRunes = "aA0z-_.9Z /\n"

// A matcher writes one text for a regular expression.
type matcher struct {
	b     strings.Builder
	extra int // how many more times than it must something is repeated
	pick  int // which of the likely runes, or of the alternatives, is taken
}

func (m *matcher) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		m.b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		m.b.WriteRune(m.runeOf(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		m.b.WriteByte(likelyRunes[m.pick])
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			m.write(sub)
		}
	case syntax.OpAlternate:
		m.write(re.Sub[m.pick%len(re.Sub)])
	case syntax.OpStar, syntax.OpQuest, syntax.OpPlus, syntax.OpRepeat:
		least, most := repeats(re)
		n := least + m.extra
		if most >= 0 {
			n = min(n, most)
		}
		for range n {
			if m.b.Len() > maxLength {
				return
			}
			m.write(re.Sub[0])
		}
	}
}

// repeats returns how often something may be repeated; most is -1 for any number.
func repeats(re *syntax.Regexp) (least, most int) {
	switch re.Op {
	case syntax.OpStar:
		return 0, -1
	case syntax.OpQuest:
		return 0, 1
	case syntax.OpPlus:
		return 1, -1
	}
	return re.Min, re.Max
}

// runeOf returns one of the characters of a class, given as pairs of its first and last.
func (m *matcher) runeOf(class []rune) rune {
	for i := range likelyRunes {
		r := rune(likelyRunes[(m.pick+i)%len(likelyRunes)])
		for j := 0; j+1 < len(class); j += 2 {
			if class[j] <= r && r <= class[j+1] {
				return r
			}
		}
	}
	if len(class) == 0 {
		return 'a'
	}
	return class[0]
}

// repetitions returns the numbers of repetitions that a regular expression states, and
// those beside them.
func repetitions(pattern string) []int {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	var out []int
	var walk func(*syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		if re.Op == syntax.OpRepeat {
			for _, n := range []int{re.Min, re.Max} {
				if n > 0 && n < maxLength {
					out = append(out, n-1, n, n+1)
				}
			}
		}
		for _, sub := range re.Sub {
			walk(sub)
		}
	}
	walk(re)
	return out
}
