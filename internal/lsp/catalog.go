package lsp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"go.lsp.dev/protocol"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// A catalogOptions is the argument of the command that answers with the catalog.
type catalogOptions struct {
	// Health, if false, leaves out how much is wrong with each document, which need not be
	// known yet.
	Health *bool `json:"health"`
	// Unless is the revision that the client has: it is not sent again.
	Unless string `json:"unless"`
}

// A catalog is the tree of all that the workspace knows.
type catalog struct {
	Revision  string        `json:"revision"`            // another one, if anything is another
	Unchanged bool          `json:"unchanged,omitempty"` // the client has this revision; there are no documents
	Documents []catalogNode `json:"documents"`           // definitions; Modules and releases that are made from nothing that is known
}

// A catalogNode is a definition, a Module or a release with what is made from it.
type catalogNode struct {
	Kind      string         `json:"kind"` // definition, module or release
	Name      string         `json:"name"`
	Namespace string         `json:"namespace,omitempty"` // of a release
	Version   string         `json:"version,omitempty"`   // of the others
	URI       string         `json:"uri"`
	Range     protocol.Range `json:"range"`              // of the name
	Health    *catalogHealth `json:"health,omitempty"`   // none of what lies outside the workspace
	Newer     string         `json:"newer,omitempty"`    // the version to go to, of a release that of its Module
	Stray     string         `json:"stray,omitempty"`    // a sentence: why it is below no other document, where it should be
	External  bool           `json:"external,omitempty"` // it lies in a source outside the workspace
	Children  []catalogNode  `json:"children,omitempty"`
}

type catalogHealth struct {
	Errors   int    `json:"errors"`
	Warnings int    `json:"warnings"`
	Worst    string `json:"worst,omitempty"` // the severity of the worst finding
}

// runCatalog answers with the catalog.
func runCatalog(ctx context.Context, q *invocation) (any, error) {
	var options catalogOptions
	if len(q.arguments) > 1 || len(q.arguments) == 1 && json.Unmarshal(q.arguments[0], &options) != nil {
		return nil, invalid(`%s takes no more than an object: {"health": false} for less, {"unless": <revision>} for nothing if the client has that already`, catalogCommand)
	}
	roots := q.ws.Catalog()
	var health map[*catalogindex.Document]analysis.Health
	if options.Health == nil || *options.Health {
		var err error
		if health, err = q.ws.HealthOf(ctx, roots); err != nil {
			return nil, err
		}
	}
	out := catalog{Documents: q.catalogNodes(roots, health)}
	encoded, err := json.Marshal(out.Documents)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(encoded)
	out.Revision = hex.EncodeToString(sum[:8])
	if out.Revision == options.Unless {
		return catalog{Revision: out.Revision, Unchanged: true, Documents: []catalogNode{}}, nil
	}
	return out, nil
}

func (q *query) catalogNodes(entries []*analysis.CatalogEntry, health map[*catalogindex.Document]analysis.Health) []catalogNode {
	nodes := make([]catalogNode, 0, len(entries))
	for _, e := range entries {
		at := q.location(e.Name)
		node := catalogNode{
			Kind:      e.Document.Kind.Layer(),
			Name:      e.Document.Name.Value,
			Namespace: e.Document.Namespace.Value,
			Version:   e.Document.Version.Value,
			URI:       string(at.URI),
			Range:     at.Range,
			Newer:     e.Newer,
			Stray:     e.Stray,
			External:  e.External,
			Children:  q.catalogNodes(e.Below, health),
		}
		if h, known := health[e.Document]; known && !e.External {
			node.Health = &catalogHealth{Errors: h.Errors, Warnings: h.Warnings}
			if h.Worst != rule.Off {
				node.Health.Worst = h.Worst.String()
			}
		}
		nodes = append(nodes, node)
	}
	return nodes
}

// methodOpmChanged tells a client that has asked for it that something changed, and that all
// diagnostics have been looked at again: what a view shows may be other. It has no params.
const methodOpmChanged = "opm/changed"

// readsChanged reports whether a client wants to hear of that, by experimental: {"opm": {"changed": true}}.
func readsChanged(capabilities *protocol.ClientCapabilities) bool {
	var experimental struct{ Opm struct{ Changed bool } }
	return json.Unmarshal(capabilities.Experimental, &experimental) == nil && experimental.Opm.Changed
}

// tellChanged tells the client, if it wants to hear of it, that what follows from a view is known.
func (p *publisher) tellChanged(ctx context.Context, v *view) {
	if p.s.client.hearsChanges && v.ws != nil && p.announced != v {
		p.s.notify(ctx, methodOpmChanged, nil)
	}
	p.announced = v
}
