package rename

// A reach is the spots that one leads to, directly or through others.
type reach struct {
	order []*Spot
	has   map[*Spot]bool
}

func (r *reach) add(s *Spot) bool {
	if r.has[s] {
		return false
	}
	r.has[s] = true
	r.order = append(r.order, s)
	return true
}

// down returns a spot and all that it is unified with.
func (w *World) down(s *Spot) []*Spot { return w.reach(s, w.downs, downFrom) }

// up returns a spot and all that is unified with it.
func (w *World) up(s *Spot) []*Spot { return w.reach(s, w.ups, upFrom) }

// reach follows the edges of a direction until there are no new ones. Where a spot is
// unified with something, the fields below are unified with the fields of the same label.
func (w *World) reach(s *Spot, known map[*Spot]*reach, next func(n *Spot, parents []*Spot, to func(*Spot))) []*Spot {
	if r := known[s]; r != nil {
		return r.order // of a spot that is being followed: what is known so far
	}
	r := &reach{has: make(map[*Spot]bool)}
	known[s] = r
	r.add(s)
	for i := 0; i < len(r.order); i++ {
		n := r.order[i]
		var parents []*Spot
		if n.parent != nil {
			parents = w.reach(n.parent, known, next)
		}
		next(n, parents, func(to *Spot) { r.add(to) })
	}
	return r.order
}

func downFrom(n *Spot, parents []*Spot, to func(*Spot)) {
	for _, s := range n.from {
		to(s)
	}
	for _, p := range parents {
		for _, label := range []string{n.label, anyField} {
			if c := p.children[label]; c != nil {
				to(c)
			}
		}
		if n.label == someOne {
			for _, c := range p.order {
				to(c)
			}
		}
	}
}

func upFrom(n *Spot, parents []*Spot, to func(*Spot)) {
	for _, s := range n.into {
		to(s)
	}
	for _, p := range parents {
		for _, label := range []string{n.label, someOne} {
			if c := p.children[label]; c != nil {
				to(c)
			}
		}
		if n.label == anyField {
			for _, c := range p.order {
				to(c)
			}
		}
	}
}

// related returns a spot, all that is unified with it, and all that these are unified with:
// a field of one of them is the field of the same label of all the others.
//
//	values: image: tag: "1.21"       values.image
//	container: image: values.image   container.image, which is unified with that
//	container: image: #Image         and with #Image, so its tag is that of both
func (w *World) related(s *Spot) []*Spot {
	all := &reach{has: make(map[*Spot]bool)}
	for _, above := range w.up(s) {
		for _, other := range w.down(above) {
			all.add(other)
		}
	}
	return all.order
}

// class returns the spots that have one name with a spot: it is the same field of all of
// them. Those of the embedded core are among them.
func (w *World) class(s *Spot) []*Spot {
	all := &reach{has: make(map[*Spot]bool)}
	all.add(s)
	if s.isName() {
		return all.order
	}
	for i := 0; i < len(all.order); i++ {
		n := all.order[i]
		for _, p := range w.related(n.parent) {
			if c := p.children[n.label]; c != nil {
				all.add(c)
			}
		}
		if isCore(n) {
			break // it cannot be renamed, and is in nearly everything
		}
	}
	return all.order
}

// isCore reports whether a spot is declared by what comes with opm-lsp.
func isCore(s *Spot) bool {
	for _, l := range s.labels {
		if !isOwn(l.file.Path) {
			return true
		}
	}
	return false
}
