package cascade

// AllowedBelow returns what the layers below the top one allow together: the
// schema that whoever writes the top layer has to keep to. For a chain of one layer
// it is that layer's own.
func (n *Node) AllowedBelow() *Shape {
	allowed := Top()
	for _, f := range n.Layers[:max(len(n.Layers)-1, 1)] {
		if f != nil {
			allowed = Meet(allowed, withoutDefaults(f.Shape))
		}
	}
	return allowed
}
