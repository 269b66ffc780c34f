package cascade

// Tells reports whether the node's children are all the fields that there are. They are
// not where a layer leaves its struct open, names a pattern, has fields under a condition
// or in one of several alternatives, or writes what cannot be read.
func (n *Node) Tells() bool {
	if !n.Struct || n.Partial || n.lost != [maxLayers]bool{} {
		return false
	}
	for _, f := range n.Layers {
		if f == nil || f.Shape.IsTop() {
			continue
		}
		s := f.Shape.StructShape()
		if s == nil || f.Shape.Unread() || s.Unread || s.Open || len(s.Patterns) > 0 || len(s.Clauses) > 0 {
			return false
		}
	}
	return true
}
