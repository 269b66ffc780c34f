package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// While a workspace is read, however large it is, the documents that are open get what is wrong
// in them from a first look: see [analysis.FirstLook]. When all is read they get the rest.

// firstLookFunc is the type of [analysis.FirstLook].
type firstLookFunc func(ctx context.Context, roots []string, path, content string) (ws workspace, ok bool)

func (s *server) analysisFirstLook(ctx context.Context, roots []string, path, content string) (workspace, bool) {
	snapshot, ok := analysis.FirstLook(ctx, roots, path, content, s.analysisOptions()...)
	return firstAnalyzed{analyzed{snapshot}}, ok
}

// firstAnalyzed is the workspace that is a first look.
type firstAnalyzed struct{ analyzed }

func (f firstAnalyzed) Diagnostics(path string) []analysis.Diagnostic {
	return f.FirstDiagnostics(path)
}

func (f firstAnalyzed) WithEditorSettings(json string) workspace {
	return firstAnalyzed{analyzed{f.Snapshot.WithEditorSettings(json)}}
}

// firstLook looks at one document of a view while the workspace is being read. ok is false if
// there is nothing to see.
func (s *server) firstLook(ctx context.Context, v *view, path string) (ws workspace, ok bool) {
	d, open := v.documents[path]
	if !open || v.ws != nil || v.loading == nil || s.options.firstLook == nil {
		return nil, false
	}
	ws, ok = s.options.firstLook(ctx, s.loader.folders(), path, d.text.Content())
	if settings := s.settings.get(); ok && settings != "" {
		ws = ws.WithEditorSettings(settings)
	}
	return ws, ok
}

// A firstSight is what a first look found.
type firstSight struct {
	path        string
	document    document
	diagnostics []protocol.Diagnostic
}

// lookFirst has the publisher tell the client what a first look at a document finds. It returns
// at once.
func (s *server) lookFirst(path string) {
	v, c := s.store.view(), s.client
	if v.ws != nil || c.pulls {
		return
	}
	s.start("a first look", func(ctx context.Context) {
		ws, ok := s.firstLook(ctx, v, path)
		if !ok {
			return
		}
		q := &query{view: v, ws: ws, client: c}
		seen := firstSight{path, v.documents[path], q.diagnostics(path, ws.Diagnostics(path))}
		select {
		case s.publisher.first <- seen:
		case <-ctx.Done():
		}
	})
}

// publishFirst tells the client what a first look found, unless more is known by now.
func (p *publisher) publishFirst(ctx context.Context, seen firstSight) {
	v := p.s.store.view()
	if v.ws != nil || v.documents[seen.path] != seen.document {
		return
	}
	p.s.notify(ctx, protocol.MethodTextDocumentPublishDiagnostics, &protocol.PublishDiagnosticsParams{
		URI:         uri.URI(seen.document.uri),
		Version:     protocol.NewOptional(seen.document.version),
		Diagnostics: seen.diagnostics,
	})
	// Whatever is found when all is read is sent too: this has not the hash of anything.
	p.remember(seen.path, told{uri: seen.document.uri, versioned: true, version: seen.document.version, opened: seen.document.opened})
}
