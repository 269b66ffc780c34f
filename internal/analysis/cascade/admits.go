package cascade

// admits reports whether a value has the shape, all that is in the value included. Unlike
// Allows it tells what is certain from what cannot be known.
func (s *Shape) admits(v *Value) Truth { return anyAdmits(constraintAlts(s.Alts), v) }

// anyAdmits reports whether a value is one of the alternatives.
func anyAdmits(alts []*Alt, v *Value) Truth {
	out := No
	for _, a := range alts {
		if out = max(out, a.admits(v)); out == Yes {
			break
		}
	}
	return out
}

func (a *Alt) admits(v *Value) Truth {
	if a.Kinds&v.Kind == 0 || a.Value != nil && !a.Value.Equal(v) {
		return No
	}
	out := Yes
	if a.Unread {
		out = Unknown
	}
	switch {
	case v.Kind == List && a.List != nil:
		out = min(out, a.List.admits(v))
	case v.Kind == Struct && a.Struct != nil:
		out = min(out, a.Struct.admits(v))
	}
	for _, t := range a.Tests {
		if out == No || t.Op == Satisfies {
			break
		}
		out = min(out, t.Holds(v))
	}
	for _, t := range a.Tests { // these are dear: CUE is asked
		if out == No {
			break
		}
		if t.Op == Satisfies {
			out = min(out, t.Holds(v))
		}
	}
	return out
}

func (l *ListShape) admits(v *Value) Truth {
	if !l.takes(len(v.Items)) {
		return No
	}
	out := Yes
	for i, item := range v.Items {
		out = min(out, l.item(i).admits(item))
	}
	return out
}

func (s *StructShape) admits(v *Value) Truth {
	out := Yes
	if s.Unread || len(s.Clauses) > 0 {
		out = Unknown
	}
	for _, f := range v.Fields {
		switch field := s.Field(f.Name); {
		case field != nil:
			out = min(out, field.Shape.admits(f.Value))
		case !s.Open: // another layer may provide for it
			out = min(out, Unknown)
		}
	}
	for _, f := range s.Fields {
		if v.Field(f.Label) == nil {
			out = min(out, f.admitsAbsence())
		}
	}
	return out
}

// admitsAbsence reports whether a struct that does not set the field is complete.
func (f *FieldShape) admitsAbsence() Truth {
	switch {
	case f.Presence == Optional, f.Presence == Regular && len(f.Shape.Defaults) > 0:
		return Yes
	case f.Presence == Required:
		return No
	case len(f.Shape.Alts) == 1 && f.Shape.Alts[0].isSingle():
		return Yes
	}
	out := No
	for _, a := range f.Shape.Alts {
		switch {
		case a.Struct != nil:
			out = max(out, a.Struct.admits(&Value{Kind: Struct}))
		case a.Unread, a.List != nil && len(f.Shape.Alts) == 1: // to CUE [...string] stands for []
			out = max(out, Unknown)
		}
	}
	return out
}

// isSingle reports whether the alternative is one scalar or one list.
func (a *Alt) isSingle() bool { return a.Struct == nil && a.concrete() != nil }
