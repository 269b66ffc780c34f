package cascade

// ResolveWhole is Resolve without anything that was prepared.
func ResolveWhole(layers []*Layer, complete bool) *Tree { return resolve(layers, complete, nil) }
