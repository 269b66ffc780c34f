package cascade

// Each calls visit for the field and for every one that is declared below it, in order of
// the text: fields of structs, with what patterns say of them, also in the alternatives of
// a choice and under conditions, and the elements of lists. at is the path of the field
// itself.
func (f *FieldShape) Each(at Path, visit func(at Path, f *FieldShape)) {
	if len(at) > maxReadDepth {
		return
	}
	visit(at, f)
	for _, a := range f.Shape.Alts {
		if a.Struct != nil {
			a.Struct.each(at, visit)
		}
		if a.List == nil {
			continue
		}
		for i, item := range a.List.Items {
			elementField(item).Each(at.Child(IndexLabel(i)), visit)
		}
		if a.List.Rest != nil {
			elementField(a.List.Rest).Each(at.Child(AnyLabel), visit)
		}
	}
}

func (s *StructShape) each(at Path, visit func(at Path, f *FieldShape)) {
	field := s.fields()
	for _, f := range s.Fields {
		field(f.Label).Each(at.Child(f.Label), visit)
	}
	for _, p := range s.Patterns {
		elementField(p.Shape).Each(at.Child(AnyLabel), visit)
	}
	for _, c := range s.Clauses {
		if c.Body != nil {
			c.Body.each(at, visit)
		}
	}
}
