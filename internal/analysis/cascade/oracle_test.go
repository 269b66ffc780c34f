package cascade_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The oracle computes by the rules of the cascade what a chain resolves to, in the
// plainest way, on the generator's own data.

// The layers of a chain.
const (
	definition = iota
	module
	release
	layers
)

// A say is one thing that a layer says of a path.
type say struct {
	mark string // as in a field; "pattern" for what is no declaration of the path
	is   *schema
}

// says returns what an object says of the field with a name.
func (o *object) says(name string) []say {
	var out []say
	for _, f := range o.fields {
		if f.name == name {
			out = append(out, say{f.mark, f.is})
		}
	}
	for _, p := range o.patterns {
		if regexp.MustCompile(p.matching).MatchString(name) {
			out = append(out, say{"pattern", p.is})
		}
	}
	return out
}

// A want is what should be true of one path.
type want struct {
	path       string
	label      string
	children   []*want
	isStruct   bool
	optional   bool
	present    bool
	unknown    bool // a list in which an element is wrong or lacks something
	missing    bool
	undefined  bool
	value      string // as CUE; "" if there is none
	from       int
	invalid    int  // the layer that is wrong, or -1
	badDefault bool // only its default is
}

// An oracle knows at which paths CUE finds the Module in conflict with the
// definition.
type oracle struct{ conflicts map[string]bool }

func (o oracle) resolve(c chain) *want {
	root := o.at("", [layers][]say{
		{{is: &schema{object: c.definition}}}, {{is: &schema{object: c.module}}}, {{is: written(c.release)}},
	})
	root.present = true
	demand(root)
	return root
}

// written returns what a literal says: exactly itself.
func written(v value) *schema {
	switch v := v.(type) {
	case record:
		o := &object{}
		for _, e := range v {
			o.fields = append(o.fields, &field{name: e.name, is: written(e.is)})
		}
		return &schema{object: o}
	case []value:
		l := &list{}
		for _, item := range v {
			l.first = append(l.first, written(item))
		}
		return &schema{list: l}
	}
	return &schema{scalar: &scalar{terms: []term{literal(v)}}}
}

func (o oracle) at(path string, says [layers][]say) *want {
	w := &want{path: path, from: -1, invalid: -1}
	if (o.conflicts[path] || strings.Contains(path, "[") && contradict(says)) && declared(says[module]) {
		w.invalid = module
		says[module] = nil
	}
	for _, s := range says[release] {
		if slices.ContainsFunc(slices.Concat(says[definition], says[module]), func(lower say) bool { return !s.is.fits(lower.is) }) {
			w.invalid = release
			says[release] = nil
			break
		}
	}
	w.optional = true
	var objects, lists, scalars int
	for _, s := range slices.Concat(says[:]...) {
		w.optional = w.optional && (s.mark == "?" || s.mark == "pattern")
		switch {
		case s.is.object != nil:
			objects++
		case s.is.list != nil:
			lists++
		case s.is.scalar != nil:
			scalars++
		}
	}
	switch {
	case objects > 0 && lists+scalars == 0:
		o.object(w, says)
	case lists > 0 && objects+scalars == 0:
		o.list(w, says)
	default:
		o.scalar(w, says)
	}
	return w
}

// fits reports whether a literal may stand where the schema does, what is inside
// structs and lists left aside.
func (s *schema) fits(below *schema) bool {
	switch {
	case below.scalar != nil:
		return s.scalar != nil && below.scalar.accepts(*s.scalar.terms[0].literal)
	case below.object != nil:
		return s.object != nil
	case below.list != nil:
		l := below.list
		return s.list != nil && len(s.list.first) >= len(l.first) && (len(s.list.first) == len(l.first) || l.rest != nil)
	}
	return true
}

// contradict reports whether definition and Module allow nothing together. CUE says so
// itself, except inside of lists, which may be empty.
func contradict(says [layers][]say) bool {
	lower := slices.Concat(says[definition], says[module])
	kinds := make(map[string]bool)
	for _, s := range lower {
		switch {
		case s.is.object != nil:
			kinds["object"] = true
		case s.is.list != nil:
			kinds["list"] = true
		case s.is.scalar != nil:
			kinds["scalar"] = true
		}
	}
	if len(says[definition]) == 0 || len(kinds) != 1 {
		return len(says[definition]) > 0 && len(kinds) > 1
	}
	return kinds["scalar"] && !slices.ContainsFunc(pool, func(v value) bool { return allow(lower, v) })
}

// allow reports whether everything that is said allows a scalar value.
func allow(says []say, v value) bool {
	return !slices.ContainsFunc(says, func(s say) bool { return !written(v).fits(s.is) })
}

// declared reports whether a layer declares the path itself.
func declared(says []say) bool {
	return slices.ContainsFunc(says, func(s say) bool { return s.mark != "pattern" })
}

// settable reports whether a default may stand for the path: not where a field must
// be written out, which nobody did.
func settable(says [layers][]say) bool {
	var regular, required bool
	for _, s := range slices.Concat(says[:]...) {
		regular = regular || s.mark == ""
		required = required || s.mark == "!"
	}
	return regular || !required
}

func (o oracle) scalar(w *want, says [layers][]say) {
	allowed := func(v value) bool { return allow(slices.Concat(says[:]...), v) }
	if standing := standingValue(says[module]); w.invalid < 0 && declared(says[module]) && len(standing) > 0 && !slices.ContainsFunc(standing, func(v value) bool { return allow(says[definition], v) }) {
		w.invalid, w.badDefault = module, true
	}
	for i := release; i >= 0 && w.from < 0; i-- {
		standing := standingValue(says[i])
		left := slices.DeleteFunc(slices.Clone(standing), func(v value) bool { return !allowed(v) })
		if len(left) == 1 && settable(says) {
			w.value, w.from = cueText(left[0]), i
		}
	}
	// Enumerations may leave one member together.
	if w.from < 0 && settable(says) {
		members := slices.DeleteFunc(slices.Clone(pool), func(v value) bool { return !allowed(v) })
		if len(members) == 1 && slices.ContainsFunc(slices.Concat(says[:]...), func(s say) bool { return s.is.scalar != nil && s.is.scalar.enumerates() }) {
			w.value = cueText(members[0])
			for i, s := range says {
				if len(s) > 0 {
					w.from = i
				}
			}
		}
	}
	w.present = w.from >= 0
}

func (s *scalar) enumerates() bool {
	return !slices.ContainsFunc(s.terms, func(t term) bool { return t.literal == nil })
}

// standingValue returns the values that a layer's expression stands for: its
// defaults, or the only one that it allows.
func standingValue(says []say) []value {
	var out []value
	found := false
	accepts := func(v value) bool { return allow(says, v) }
	for _, s := range says {
		if s.is.scalar == nil {
			continue
		}
		var own []value
		for _, t := range s.is.scalar.terms {
			if t.marked && accepts(*t.literal) && !slices.Contains(own, *t.literal) {
				own = append(own, *t.literal)
			}
		}
		if len(own) == 0 {
			continue
		}
		if found {
			own = slices.DeleteFunc(own, func(v value) bool { return !slices.Contains(out, v) })
		}
		out, found = own, true
	}
	if found {
		return out
	}
	for _, s := range says {
		if s.is.scalar == nil || !s.is.scalar.enumerates() {
			continue
		}
		for _, t := range s.is.scalar.terms {
			if accepts(*t.literal) && !slices.Contains(out, *t.literal) {
				out = append(out, *t.literal)
			}
		}
		if len(out) == 1 {
			return out
		}
		out = nil
	}
	return nil
}

func (o oracle) object(w *want, says [layers][]say) {
	w.isStruct = true
	var names []string
	open := len(says[definition])+len(says[module]) == 0 // let in by one around it
	for i, layer := range says {
		for _, s := range layer {
			if s.is.object == nil {
				open = open || i < release // "_"
				continue
			}
			open = open || s.is.object.open
			for _, f := range s.is.object.fields {
				if !slices.Contains(names, f.name) {
					names = append(names, f.name)
				}
			}
		}
	}
	some, lacking := false, false
	for _, name := range names {
		var below [layers][]say
		for i, layer := range says {
			for _, s := range layer {
				if s.is.object != nil {
					below[i] = append(below[i], s.is.object.says(name)...)
				}
			}
		}
		at := strings.TrimPrefix(w.path+"."+label(name), ".")
		var child *want
		if len(below[definition]) == 0 && len(below[module]) == 0 && !open {
			child = &want{path: at, undefined: true, from: -1, invalid: -1}
		} else {
			child = o.at(at, below)
		}
		child.label = label(name)
		some = some || child.present
		lacking = lacking || child.lacks()
		w.children = append(w.children, child)
	}
	w.present = !w.optional || some && !lacking
	if !w.present {
		w.remove()
	}
}

// lacks reports whether something that must have a value has none.
func (w *want) lacks() bool {
	switch {
	case w.optional && !w.present || w.undefined || w.unknown || w.invalid == release && !w.isStruct:
		return false
	case w.isStruct:
		return slices.ContainsFunc(w.children, (*want).lacks)
	}
	return !w.present
}

func (w *want) remove() {
	w.present = false
	for _, c := range w.children {
		c.remove()
	}
}

func (o oracle) list(w *want, says [layers][]say) {
	for _, s := range says[module] {
		if w.invalid < 0 && declared(says[module]) && s.is.list != nil && s.is.list.standard != nil && slices.ContainsFunc(says[definition], func(lower say) bool {
			return lower.is.list != nil && !lower.is.list.allows(written(s.is.list.standard).list.first)
		}) {
			w.invalid, w.badDefault = module, true
		}
	}
	if !settable(says) {
		return
	}
	for i := release; i >= 0 && w.from < 0; i-- {
		for _, s := range says[i] {
			l := s.is.list
			if w.from >= 0 || l == nil || l.rest != nil && l.standard == nil {
				continue
			}
			items := l.first
			if l.rest != nil {
				items = written(l.standard).list.first
			}
			if i < release && slices.ContainsFunc(slices.Concat(says[:]...), func(other say) bool {
				return other.is.list != nil && other.is.list != l && !other.is.list.allows(items)
			}) {
				continue
			}
			o.elements(w, says, i, items)
		}
	}
}

// allows reports whether elements may stand in the list, with all that is in them.
func (l *list) allows(items []*schema) bool {
	if l.rest == nil && len(items) != len(l.first) || len(items) < len(l.first) {
		return false
	}
	for i, item := range items {
		if !item.fitsWhole(l.element(i)) {
			return false
		}
	}
	return true
}

func (s *schema) fitsWhole(below *schema) bool {
	if !s.fits(below) {
		return false
	}
	if s.list != nil && below.list != nil {
		return below.list.allows(s.list.first)
	}
	if s.object == nil || below.object == nil {
		return true
	}
	for _, f := range s.object.fields {
		for _, lower := range below.object.says(f.name) {
			if !f.is.fitsWhole(lower.is) {
				return false
			}
		}
	}
	return true
}

func (o oracle) elements(w *want, says [layers][]say, from int, items []*schema) {
	w.from, w.present = from, true
	var texts []string
	for k, item := range items {
		var below [layers][]say
		below[from] = []say{{"", item}}
		for i, layer := range says {
			for _, s := range layer {
				if s.is.list == nil || i == from && s.is.list.rest == nil {
					continue
				}
				// A default need not suit the schema beside it.
				if element := s.is.list.element(k); element != nil && (i != from || item.fitsWhole(element)) {
					below[i] = append(below[i], say{"pattern", element})
				}
			}
		}
		child := o.at(w.path+"["+strconv.Itoa(k)+"]", below)
		child.label = "[" + strconv.Itoa(k) + "]"
		w.children = append(w.children, child)
		texts = append(texts, child.text())
		w.unknown = w.unknown || texts[k] == ""
	}
	if !w.unknown {
		w.value = "[" + strings.Join(texts, ", ") + "]"
	}
}

// text returns the effective value, "" if something in it is not known.
func (w *want) text() string {
	if !w.isStruct {
		return w.value
	}
	var fields []string
	for _, c := range w.children {
		switch text := c.text(); {
		case c.present && text != "":
			fields = append(fields, c.label+": "+text)
		case c.present || !c.optional && !c.undefined:
			return ""
		}
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// demand marks what the release must set and does not.
func demand(w *want) {
	for _, c := range w.children {
		switch {
		case c.undefined || c.invalid == release && !c.isStruct:
		case c.isStruct && c.present || !c.isStruct && len(c.children) > 0:
			demand(c)
		case !c.isStruct && !c.present && !c.optional && !c.unknown:
			c.missing = true
		}
	}
}
