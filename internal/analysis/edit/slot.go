package edit

import (
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// InsertIntoSlot returns the edits that add a field, given as CUE without indentation, to one
// of a document's own fields, such as its metadata; that one is new if there is none. It
// returns none if all that the document is made of is shared with others.
func InsertIntoSlot(d *catalogindex.Document, slot, field string) []rule.Edit {
	parts := d.OwnParts()
	if len(parts) == 0 {
		return nil
	}
	if inside := catalogindex.StructParts(catalogindex.Fields(parts, slot)); len(inside) > 0 {
		return InsertField(inside[len(inside)-1], field)
	}
	return InsertField(parts[len(parts)-1], slot+": "+field)
}
