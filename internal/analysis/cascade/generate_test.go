package cascade_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The generator of the differential test makes chains of layers out of plain data,
// so that what they mean can be said without reading any CUE.

// A value is one concrete value: nil, bool, int, float64, string, []value or
// record.
type value any

// A record is a struct value, in order of declaration.
type record []entry

type entry struct {
	name string
	is   value
}

// cueText returns a value as CUE writes it.
func cueText(v value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case string:
		return strconv.Quote(v)
	case []value:
		var items []string
		for _, item := range v {
			items = append(items, cueText(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case record:
		var fields []string
		for _, f := range v {
			fields = append(fields, label(f.name)+": "+cueText(f.is))
		}
		return "{" + strings.Join(fields, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}

func label(name string) string {
	if strings.Contains(name, "-") {
		return strconv.Quote(name)
	}
	return name
}

// A schema is what a layer says of one path: exactly one of its fields is set; none
// is "_".
type schema struct {
	scalar *scalar
	object *object
	list   *list
}

// A scalar is a disjunction of terms, and tests that apply to all of them.
type scalar struct {
	terms []term
	tests []test // written behind the disjunction: (a | *b) & tests
	split bool   // the tests are a declaration of their own
}

// A term is a literal, or a type and tests.
type term struct {
	literal *value
	typ     string // "" for tests alone
	tests   []test
	marked  bool
}

type test struct {
	op      string
	operand value
}

type object struct {
	fields   []*field
	patterns []pattern
	open     bool
}

type field struct {
	name string
	mark string // "", "?" or "!"
	is   *schema
	doc  bool
}

type pattern struct {
	matching string // regular expression; "" for all labels
	is       *schema
}

// A list is [first, second, ...rest] | *standard.
type list struct {
	first    []*schema
	rest     *schema // nil: no more elements
	standard []value // the default; nil if there is none
	before   bool    // the default is written first
}

func (s *schema) cue() string {
	switch {
	case s.scalar != nil:
		return s.scalar.cue()
	case s.object != nil:
		return s.object.cue()
	case s.list != nil:
		return s.list.cue()
	}
	return "_"
}

func (s *scalar) disjunction() string {
	var terms []string
	for _, t := range s.terms {
		terms = append(terms, t.cue())
	}
	return strings.Join(terms, " | ")
}

func (s *scalar) cue() string {
	text := s.disjunction()
	if len(s.tests) == 0 || s.split {
		return text
	}
	if len(s.tests)%2 == 0 {
		return conjunction(s.tests) + " & (" + text + ")"
	}
	return "(" + text + ") & " + conjunction(s.tests)
}

func (t term) cue() string {
	var text string
	switch {
	case t.literal != nil:
		text = cueText(*t.literal)
	case t.typ == "":
		text = conjunction(t.tests)
	case len(t.tests) == 0:
		text = t.typ
	default:
		text = t.typ + " & " + conjunction(t.tests)
	}
	if t.marked {
		return "*" + text
	}
	return text
}

func conjunction(tests []test) string {
	var all []string
	for _, t := range tests {
		all = append(all, t.op+cueText(t.operand))
	}
	return strings.Join(all, " & ")
}

func (o *object) cue() string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, f := range o.fields {
		if f.doc {
			b.WriteString("// What " + f.name + " is.\n")
		}
		fmt.Fprintf(&b, "%s%s: %s\n", label(f.name), f.mark, f.is.cue())
		if s := f.is.scalar; s != nil && s.split && len(s.tests) > 0 {
			fmt.Fprintf(&b, "%s%s: %s\n", label(f.name), f.mark, conjunction(s.tests))
		}
	}
	for _, p := range o.patterns {
		matching := "string"
		if p.matching != "" {
			matching = "=~" + strconv.Quote(p.matching)
		}
		fmt.Fprintf(&b, "[%s]: %s\n", matching, p.is.cue())
	}
	if o.open {
		b.WriteString("...\n")
	}
	b.WriteString("}")
	return b.String()
}

func (l *list) cue() string {
	var items []string
	for _, item := range l.first {
		items = append(items, item.cue())
	}
	if l.rest != nil {
		items = append(items, "..."+l.rest.cue())
	}
	text := "[" + strings.Join(items, ", ") + "]"
	switch {
	case l.standard == nil:
		return text
	case l.before:
		return "*" + cueText(l.standard) + " | " + text
	}
	return text + " | *" + cueText(l.standard)
}

// accepts reports whether a scalar value is one that the schema allows.
func (s *scalar) accepts(v value) bool {
	return all(s.tests, v) && slices.ContainsFunc(s.terms, func(t term) bool { return t.accepts(v) })
}

func (t term) accepts(v value) bool {
	if t.literal != nil {
		return *t.literal == v
	}
	return (t.typ == "" || hasType(v, t.typ)) && all(t.tests, v)
}

func all(tests []test, v value) bool {
	return !slices.ContainsFunc(tests, func(t test) bool { return !t.holds(v) })
}

func hasType(v value, typ string) bool {
	switch v := v.(type) {
	case nil:
		return typ == "null"
	case bool:
		return typ == "bool"
	case string:
		return typ == "string"
	case int:
		switch typ {
		case "uint":
			return v >= 0
		case "int8":
			return v >= -128 && v <= 127
		}
		return typ == "int" || typ == "number"
	case float64:
		return typ == "float" || typ == "number"
	}
	return false
}

func (t test) holds(v value) bool {
	text, isText := v.(string)
	if operand, ok := t.operand.(string); ok {
		switch t.op {
		case "=~":
			return isText && regexp.MustCompile(operand).MatchString(text)
		case "!~":
			return isText && !regexp.MustCompile(operand).MatchString(text)
		case ">=":
			return isText && text >= operand
		}
		return isText && text != operand
	}
	n, ok := number(v)
	limit, _ := number(t.operand)
	switch {
	case !ok:
		return false
	case t.op == ">=":
		return n >= limit
	case t.op == ">":
		return n > limit
	case t.op == "<=":
		return n <= limit
	case t.op == "<":
		return n < limit
	}
	return n != limit
}

func number(v value) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// pool holds the scalars that layers and releases are made of.
var pool = func() []value {
	out := []value{nil, true, false}
	for i := -2; i <= 24; i++ {
		out = append(out, i, float64(i)+0.5*float64(i%2))
	}
	for _, s := range words {
		out = append(out, s)
	}
	return out
}()

var words = []string{"", "a", "ab", "abb", "abc", "b", "bb", "dev", "devb", "prod", "staging", "x-1", "x2"}

type generator struct{ *rand.Rand }

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g generator, from []T) T { return from[g.IntN(len(from))] }

// chain is one case: what a definition, a Module and a release write as values.
type chain struct {
	definition, module *object
	release            record
}

func (g generator) chain() chain {
	c := chain{definition: g.object(0)}
	c.module = g.curated(c.definition, 0)
	c.release = g.setting([]*object{c.definition, c.module}, 0)
	if g.chance(45) {
		c.release = g.spoilt(c.release).(record)
	}
	return c
}

var fieldNames = []string{"host", "port", "image", "tag", "replicas", "level", "cost-center", "db", "env", "tls"}

func (g generator) object(depth int) *object {
	o := &object{}
	names := slices.Clone(fieldNames)
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names[:1+g.IntN(4)] {
		o.fields = append(o.fields, &field{name: name, mark: pick(g, []string{"?", "?", "?", "", "!"}), is: g.schema(depth), doc: g.chance(30)})
	}
	if depth > 0 && g.chance(12) {
		o.patterns = append(o.patterns, pattern{matching: pick(g, []string{"", "^x", "^p"}), is: g.element()})
		// It must not contradict the fields beside it.
		o.fields = slices.DeleteFunc(o.fields, func(f *field) bool { return strings.HasPrefix("^"+f.name, o.patterns[0].matching) })
	}
	o.open = depth > 0 && g.chance(8)
	return o
}

func (g generator) schema(depth int) *schema {
	switch n := g.IntN(100); {
	case n < 22 && depth < 3:
		return &schema{object: g.object(depth + 1)}
	case n < 36 && depth < 3:
		return &schema{list: g.list(depth + 1)}
	case n < 38:
		return &schema{}
	}
	return &schema{scalar: g.scalar()}
}

func (g generator) list(depth int) *list {
	l := &list{before: g.chance(30)}
	if g.chance(25) {
		l.rest = &schema{object: g.object(depth)}
	} else {
		l.rest = g.element()
	}
	switch {
	case g.chance(10):
		l.first = []*schema{g.element()}
	case g.chance(50):
		l.standard = []value{}
		for range g.IntN(3) {
			l.standard = append(l.standard, g.value([]*schema{l.rest}, depth))
		}
	}
	l.dropUnfit(depth)
	return l
}

// element returns a scalar for a place that has one declaration only.
func (g generator) element() *schema {
	s := g.scalar()
	s.split = false
	return &schema{scalar: s}
}

func (g generator) scalar() *scalar {
	s := &scalar{}
	switch n := g.IntN(100); {
	case n < 30:
		s.terms = []term{{typ: pick(g, []string{"int", "uint", "uint", "int8", "number", "float"}), tests: g.bounds()}}
	case n < 55:
		s.terms = []term{{typ: "string", tests: g.patterns()}}
	case n < 72:
		s.terms = g.enumeration()
	case n < 82:
		s.terms = []term{{typ: "bool"}}
	case n < 87:
		s.terms = []term{literal(pick(g, pool))}
		return s
	case n < 91:
		s.terms = []term{{typ: "int", tests: g.bounds()}, {typ: pick(g, []string{"string", "null", "bool"})}}
	case n < 95: // bounds imply their type
		s.terms = []term{{tests: []test{{pick(g, []string{">=", "<", "!="}), g.IntN(10)}}}}
	default:
		s.terms = []term{{tests: []test{{pick(g, []string{"=~", "!=", ">="}), pick(g, []string{"b", "^a"})}}}}
	}
	if g.chance(15) {
		if _, isText := s.example(g).(string); isText {
			s.tests = g.patterns()
		} else if _, isNumber := number(s.example(g)); isNumber {
			s.tests = g.bounds()
		}
		s.split = g.chance(50)
		if !s.accepts(s.example(g)) { // it contradicts itself
			s.tests = nil
		}
	}
	if g.chance(55) {
		s.mark(g)
	}
	return s
}

// example returns a value that the scalar allows, or any if there is none.
func (s *scalar) example(g generator) value {
	return g.value([]*schema{{scalar: s}}, 0)
}

func literal(v value) term { return term{literal: &v} }

func (g generator) enumeration() []term {
	var terms []term
	from := words
	for _, i := range g.Perm(len(from))[:2+g.IntN(3)] {
		terms = append(terms, literal(from[i]))
	}
	if g.chance(20) {
		for i := range terms {
			terms[i] = literal(i * 3)
		}
	}
	return terms
}

func (g generator) bounds() []test {
	var tests []test
	if g.chance(60) {
		tests = append(tests, test{pick(g, []string{">=", ">=", ">"}), g.IntN(6)})
	}
	if g.chance(60) {
		tests = append(tests, test{pick(g, []string{"<=", "<=", "<"}), 7 + g.IntN(16)})
	}
	if g.chance(10) {
		tests = append(tests, test{"!=", g.IntN(10)})
	}
	return tests
}

func (g generator) patterns() []test {
	if g.chance(50) {
		return nil
	}
	return []test{pick(g, []test{{"=~", "^[a-z]+$"}, {"=~", "b$"}, {"!~", "^x"}, {"!=", "ab"}, {"=~", "^(dev|prod)"}, {">=", "b"}})}
}

// mark gives the scalar a default, in one of the ways in which people write one: a
// member of the enumeration marked where it stands or repeated, or a value beside
// the type, before or behind it.
func (s *scalar) mark(g generator) {
	v := s.example(g)
	if g.chance(4) {
		v = pick(g, pool)
	}
	at := slices.IndexFunc(s.terms, func(t term) bool { return t.literal != nil && *t.literal == v })
	if at >= 0 && g.chance(50) {
		s.terms[at].marked = true
		return
	}
	marked := literal(v)
	marked.marked = true
	if g.chance(30) {
		s.terms = slices.Insert(s.terms, 0, marked)
	} else {
		s.terms = append(s.terms, marked)
	}
}

// curated returns what a Module writes over a definition.
func (g generator) curated(o *object, depth int) *object {
	out := &object{open: depth > 0 && g.chance(4)}
	for _, f := range o.fields {
		if g.chance(50) {
			continue
		}
		n := &field{name: f.name, mark: pick(g, []string{"", "", "?", "?", "!"}), doc: g.chance(20)}
		switch {
		case g.chance(2):
			n.is = g.schema(depth)
		case f.is.object != nil:
			n.is = &schema{object: g.curated(f.is.object, depth+1)}
		case f.is.list != nil:
			n.is = &schema{list: g.curatedList(f.is.list, depth+1)}
		case f.is.scalar != nil:
			n.is = &schema{scalar: g.curatedScalar(f.is.scalar)}
		default:
			n.is = g.schema(depth)
		}
		out.fields = append(out.fields, n)
	}
	if g.chance(30) {
		names := slices.DeleteFunc(slices.Clone(fieldNames), func(name string) bool {
			return slices.ContainsFunc(o.fields, func(f *field) bool { return f.name == name })
		})
		out.fields = append(out.fields, &field{name: pick(g, names), mark: pick(g, []string{"?", "", "!"}), is: g.schema(depth)})
	}
	return out
}

func (g generator) curatedList(l *list, depth int) *list {
	out := &list{before: g.chance(30), rest: &schema{}}
	switch {
	case l.first != nil: // what is said of all elements would hold for those too
	case l.rest.object != nil && g.chance(60):
		out.rest = &schema{object: g.curated(l.rest.object, depth)}
	case l.rest.object != nil:
		out.rest = l.rest
	case g.chance(60):
		out.rest = &schema{scalar: g.curatedScalar(l.rest.scalar)}
	}
	if l.first == nil && g.chance(60) {
		out.standard = []value{}
		for range g.IntN(3) {
			out.standard = append(out.standard, g.value([]*schema{l.rest, out.rest}, depth))
		}
	}
	out.dropUnfit(depth)
	return out
}

// dropUnfit drops a default that its own schema refuses: CUE and the cascade differ
// about what then is demanded of a list, and the layer is wrong in itself. It also
// drops one of structs inside of another list, as CUE unifies it with what the outer
// default writes there.
func (l *list) dropUnfit(depth int) {
	if l.standard == nil {
		return
	}
	if !l.allows(written(l.standard).list.first) || l.rest.object != nil && depth > 1 {
		l.standard = nil
	}
}

func (g generator) curatedScalar(s *scalar) *scalar {
	out := &scalar{}
	for _, t := range s.terms { // said again, without the default
		t.marked = false
		out.terms = append(out.terms, t)
	}
	switch n := g.IntN(100); {
	case n < 10:
		return &scalar{terms: []term{literal(s.example(g))}}
	case n < 12:
		return &scalar{terms: []term{literal(pick(g, pool))}}
	case n < 35: // narrower
		if _, isNumber := number(s.example(g)); isNumber {
			out.terms = []term{{tests: []test{{">=", g.IntN(8)}, {"<=", 8 + g.IntN(12)}}}}
		} else if len(out.terms) > 2 {
			out.terms = slices.Delete(out.terms, 0, 1)
		} else if _, isText := s.example(g).(string); isText {
			out.terms = []term{{typ: "string", tests: g.patterns()}}
		}
	case n < 45: // looser
		if _, isText := s.example(g).(string); isText {
			out.terms = []term{{typ: "string"}}
		}
	}
	if g.chance(60) {
		out.mark(g)
		if both := g.value([]*schema{{scalar: s}, {scalar: out}}, 0); g.chance(85) {
			marked := literal(both)
			marked.marked = true
			out.terms = slices.DeleteFunc(out.terms, func(t term) bool { return t.marked })
			out.terms = append(out.terms, marked)
		}
	}
	return out
}

// value returns a value that all schemas allow, if one is easily found.
func (g generator) value(schemas []*schema, depth int) value {
	var objects []*object
	var lists []*list
	var scalars []*scalar
	for _, s := range schemas {
		switch {
		case s.object != nil:
			objects = append(objects, s.object)
		case s.list != nil:
			lists = append(lists, s.list)
		case s.scalar != nil:
			scalars = append(scalars, s.scalar)
		}
	}
	switch {
	case len(scalars) > 0:
		for _, i := range g.Perm(len(pool)) {
			if !slices.ContainsFunc(scalars, func(s *scalar) bool { return !s.accepts(pool[i]) }) {
				return pool[i]
			}
		}
		return pick(g, pool)
	case len(lists) > 0:
		return g.elements(lists, depth)
	case len(objects) > 0:
		return g.setting(objects, depth)
	}
	return pick(g, pool)
}

func (g generator) elements(lists []*list, depth int) []value {
	n := g.IntN(3)
	for _, l := range lists {
		n = max(n, len(l.first))
	}
	items := make([]value, n)
	for i := range items {
		var element []*schema
		for _, l := range lists {
			if s := l.element(i); s != nil {
				element = append(element, s)
			}
		}
		items[i] = g.value(element, depth+1)
	}
	return items
}

// element returns what the list says of its i-th element, or nil.
func (l *list) element(i int) *schema {
	if i < len(l.first) {
		return l.first[i]
	}
	return l.rest
}

// setting returns a struct that sets some of what the objects define.
func (g generator) setting(objects []*object, depth int) record {
	r := record{}
	var names []string
	for _, o := range objects {
		for _, f := range o.fields {
			if !slices.Contains(names, f.name) {
				names = append(names, f.name)
			}
		}
		if len(o.patterns) > 0 && g.chance(70) {
			names = append(names, "x2")
		}
		if o.open && g.chance(50) {
			names = append(names, "more")
		}
	}
	for _, name := range slices.Compact(names) {
		var below []*schema
		needed := false
		for _, o := range objects {
			for _, s := range o.says(name) {
				below = append(below, s.is)
				needed = needed || s.mark == "!"
			}
		}
		if !needed && g.chance(55) || slices.ContainsFunc(r, func(e entry) bool { return e.name == name }) {
			continue
		}
		r = append(r, entry{name, g.value(below, depth+1)})
	}
	return r
}

// spoilt returns the value with one thing in it changed, mostly for the worse.
func (g generator) spoilt(v value) value {
	switch v := v.(type) {
	case record:
		out := slices.Clone(v)
		switch i := g.IntN(max(1, len(out))); {
		case len(out) == 0 || g.chance(8):
			name := pick(g, append([]string{"hots", "x2", "prot"}, fieldNames...))
			if slices.ContainsFunc(out, func(e entry) bool { return e.name == name }) {
				return out
			}
			return append(out, entry{name, pick(g, pool)})
		case g.chance(12):
			out[i].name += "s"
			return out
		case g.chance(8):
			return slices.Delete(out, i, i+1)
		default:
			out[i].is = g.spoilt(out[i].is)
			return out
		}
	case []value:
		out := slices.Clone(v)
		switch {
		case len(out) == 0 || g.chance(15):
			return append(out, pick(g, pool))
		case g.chance(10):
			return pick(g, pool)
		}
		i := g.IntN(len(out))
		out[i] = g.spoilt(out[i])
		return out
	}
	switch {
	case g.chance(5):
		return record{{"a", 1}}
	case g.chance(5):
		return []value{pick(g, pool)}
	}
	return pick(g, pool)
}
