package catalogindex

import (
	"maps"
	"slices"
)

// SchemasOf returns the names of the core's schemas for documents of a kind, sorted:
// #Module.
func (d *Dialect) SchemasOf(k Kind) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(d.Schemas)), func(schema string) bool { return d.Schemas[schema] != k })
}
