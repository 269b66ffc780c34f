package catalogindex

import (
	"slices"
	"strings"
)

// A Kind says which of OPM's three documents something is, or which of the layers of a
// project's configuration. The order is the order of the layers, lowest first.
type Kind int

// The kinds of document.
const (
	Definition Kind = iota
	Module
	Release
	Schema        // of the configuration, embedded
	Editor        // what an editor's settings say of the configuration
	Configuration // what opm-lsp.cue says
)

// String returns the name that OPM gives the kind.
func (k Kind) String() string {
	return [...]string{"ModuleDefinition", "Module", "ModuleRelease", "schema", "editor settings", "configuration"}[k]
}

// Layer returns the word for the layer that a document of this kind contributes.
func (k Kind) Layer() string {
	return [...]string{"definition", "module", "release", "schema", "editor", "project"}[k]
}

// IsFinal reports whether a document of this kind sets values and cannot define new ones.
func (k Kind) IsFinal() bool { return k == Release || k == Editor || k == Configuration }

// A Dialect is one form in which OPM is or was written: which names mark a
// document and which of its fields are its slots. Supporting a form is one more
// row in dialects; nothing else in opm-lsp knows a slot by name.
type Dialect struct {
	Name       string
	Schemas    map[string]Kind // definitions of the core package, such as #Module
	KindField  string          // the field whose value names the kind
	Kinds      map[string]Kind // its values
	APIVersion string          // label of the API version field
	APIGroup   string          // what an API version has in it if it is OPM's; "" if any may be
	Metadata   string
	Values     map[Kind]string // where a document of a kind holds its values; "": it is nothing else
	Components string
	Scopes     string          // "" where the form has none
	Reference  map[Kind]string // the field that refers to the layer below
	Status     string
	// Versioned says that a Module states its version in its metadata; elsewhere the CUE
	// module that it is in does.
	Versioned bool
	// NeedsNamespace says that a release cannot do without a namespace.
	NeedsNamespace bool
}

// dialects lists the forms. Where a document fits several, the first one counts.
//
// Source of the first row: the texts on Module and ModuleRelease lifecycles; of
// the others: what OPM's core became later.
var dialects = []*Dialect{
	{
		Name:       "core.opm.dev/v1",
		Schemas:    map[string]Kind{"#ModuleDefinition": Definition, "#Module": Module, "#ModuleRelease": Release},
		KindField:  "#kind",
		Kinds:      map[string]Kind{"ModuleDefinition": Definition, "Module": Module, "ModuleRelease": Release},
		APIVersion: "#apiVersion",
		Metadata:   "#metadata",
		Values:     map[Kind]string{Definition: "values", Module: "values", Release: "values"},
		Components: "components",
		Scopes:     "scopes",
		Reference:  map[Kind]string{Module: "#moduleDefinition", Release: "#module"},
		Status:     "#status",
		Versioned:  true,
	},
	{
		Name:       "kind without #",
		Schemas:    map[string]Kind{"#ModuleDefinition": Definition, "#Module": Module, "#ModuleRelease": Release},
		KindField:  "kind",
		Kinds:      map[string]Kind{"ModuleDefinition": Definition, "Module": Module, "ModuleRelease": Release},
		APIVersion: "apiVersion",
		APIGroup:   "opm",
		Metadata:   "metadata",
		Values:     map[Kind]string{Definition: "#values", Module: "#values", Release: "values"},
		Components: "#components",
		Scopes:     "#scopes",
		Reference:  map[Kind]string{Module: "moduleDefinition", Release: "module"},
		Status:     "#status",
		Versioned:  true,
	},
	{
		Name:       "ModuleInstance",
		Schemas:    map[string]Kind{"#Module": Module, "#ModuleInstance": Release},
		KindField:  "kind",
		Kinds:      map[string]Kind{"Module": Module, "ModuleInstance": Release},
		APIVersion: "apiVersion",
		APIGroup:   "opm",
		Metadata:   "metadata",
		Values:     map[Kind]string{Module: "#config", Release: "values"},
		Components: "#components",
		Reference:  map[Kind]string{Release: "#module"},
		Status:     "#status",

		NeedsNamespace: true,
	},
}

// embeddedPrefixes begin the import paths that the embedded core answers.
var embeddedPrefixes = []string{"core.opm.dev/", "traits.opm.dev/"}

func isEmbeddedPath(path string) bool {
	for _, prefix := range embeddedPrefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// mayBe reports whether a document that states its kind and this API version may be
// one of OPM's. Other systems have a kind and an apiVersion, too, and some a Module.
func (d *Dialect) mayBe(apiVersion Literal) bool {
	return apiVersion.Value == "" || strings.Contains(apiVersion.Value, d.APIGroup)
}

// isSlot reports whether a label is one that a document of the kind may have at its
// top.
func (d *Dialect) isSlot(k Kind, label string) bool {
	switch label {
	case "":
		return false
	case d.KindField, d.APIVersion, d.Metadata, d.Values[k], d.Reference[k], d.Components, d.Scopes, d.Status:
		return true
	}
	return false
}

// ReleaseSlots returns the labels that a release may have at its top: what it is,
// its metadata, its Module and its values.
func (d *Dialect) ReleaseSlots() []string {
	return []string{d.KindField, d.APIVersion, d.Metadata, d.Reference[Release], d.Values[Release], d.Status}
}

// Slots returns the labels that a document of a kind may have at its top, sorted.
func (d *Dialect) Slots(k Kind) []string {
	slots := []string{d.KindField, d.APIVersion, d.Metadata, d.Values[k], d.Reference[k], d.Components, d.Scopes, d.Status}
	slots = slices.DeleteFunc(slots, func(label string) bool { return label == "" })
	slices.Sort(slots)
	return slots
}
