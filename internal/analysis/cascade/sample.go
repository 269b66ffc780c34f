package cascade

import "github.com/cockroachdb/apd/v3"

// Sample returns a value that the shape surely allows, as plain as there is one, for somebody
// to put another in its place: the first member of an enumeration, an empty string, 0 or the
// least number that is allowed. It is nil if none is found.
func (s *Shape) Sample() *Value {
	candidates := Members(s)
	if v := s.Default(); v != nil {
		candidates = []*Value{v}
	}
	candidates = append(candidates,
		&Value{Kind: String}, &Value{Kind: Int, Number: apd.New(0, 0)}, &Value{Kind: Int, Number: apd.New(1, 0)})
	for _, a := range s.Alts {
		if low, _ := a.Bounds(); low != nil && low.Operand.Kind == Int {
			candidates = append(candidates, low.Operand)
		}
	}
	candidates = append(candidates, &Value{Kind: Bool}, &Value{Kind: List, Items: []*Value{}})
	for _, v := range candidates {
		if s.admits(v) == Yes {
			return v
		}
	}
	return s.sample(newBudget())
}
