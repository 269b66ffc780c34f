package analysis

// IsPlainCUE reports whether what stands at a byte offset is a name that means nothing to
// OPM: a field, a definition or an import of CUE like in any other file. The label of a field
// in a document may be one of a trait's, so it is not.
func (s *Snapshot) IsPlainCUE(path string, offset int) bool {
	at := s.PlaceAt(path, offset)
	switch {
	case at == nil:
		return false
	case at.Kind == ImportPlace:
		return len(at.Target.Documents) == 0 && (at.Target.Package == nil || !at.Target.Package.Embedded)
	}
	return at.Kind == NamePlace && (at.Document == nil || !at.IsLabel)
}

// HasDocuments reports whether the package of a file has a document of OPM, or is a
// configuration.
func (s *Snapshot) HasDocuments(path string) bool {
	p := s.index.PackageOf(path)
	return p != nil && len(p.Documents) > 0
}
