package catalogindex

// Expand adds to operands what the names among them stand for: templates at the root of
// the package, such as _base in _base & {…}. The names themselves stay.
func (p *Package) Expand(operands []Operand) []Operand {
	r := recogniser{pkg: p}
	return r.expand(operands)
}
