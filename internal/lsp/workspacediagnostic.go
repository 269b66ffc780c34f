package lsp

import (
	"context"
	"maps"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

func workspaceDiagnosticMethod() method {
	return question(protocol.MethodWorkspaceDiagnostic, workspaceDiagnostic).
		doing("the same for all files of the workspace, open or not, bit by bit where the editor takes it so").
		showing("Checking the workspace")
}

// reportsAtOnce is how many reports go to the client in one message where it takes them
// one after the other.
const reportsAtOnce = 100

// workspaceDiagnostic says what is wrong in each file. Files in which nothing is wrong
// are left out, unless the client had something about them.
func workspaceDiagnostic(ctx context.Context, q *query, params *protocol.WorkspaceDiagnosticParams) (any, error) {
	answer := &protocol.WorkspaceDiagnosticReport{Items: []protocol.WorkspaceDocumentDiagnosticReport{}}
	if q.ws == nil {
		return answer, nil
	}
	previous := make(map[string]protocol.PreviousResultId)
	for _, p := range params.PreviousResultIds {
		if path, err := pathOf(string(p.URI)); err == nil {
			previous[path] = p
		}
	}
	send := func() {
		if params.PartialResultToken != nil && len(answer.Items) > 0 {
			q.partial(ctx, params.PartialResultToken, answer)
			answer = &protocol.WorkspaceDiagnosticReport{Items: []protocol.WorkspaceDocumentDiagnosticReport{}}
		}
	}
	seen, err := q.takeInventory(ctx, func(path string, found report) {
		before, known := previous[path]
		delete(previous, path)
		if !known && len(found.items) == 0 {
			return
		}
		answer.Items = append(answer.Items, q.workspaceReport(path, found, before))
		if len(answer.Items) == reportsAtOnce {
			send()
		}
	})
	if err != nil {
		return nil, err
	}
	for _, path := range slices.Sorted(maps.Keys(previous)) { // gone
		answer.Items = append(answer.Items, q.workspaceReport(path, report{}, previous[path]))
	}
	send()
	q.pulls.answeredWorkspace(seen)
	return answer, nil
}

// workspaceReport is the report about one file, given what the client had, if anything.
func (q *query) workspaceReport(path string, found report, before protocol.PreviousResultId) protocol.WorkspaceDocumentDiagnosticReport {
	spelled, version := uri.URI(q.uri(path)), (*int32)(nil)
	if d, open := q.documents[path]; open {
		version = pointer(d.version)
	} else if before.URI != "" {
		spelled = before.URI
	}
	if found.id != "" && before.Value == found.id {
		return &protocol.WorkspaceUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: unchangedReport(found), URI: spelled, Version: version}
	}
	return &protocol.WorkspaceFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: fullReport(found), URI: spelled, Version: version}
}

// An inventory is what was wrong in a workspace. It is immutable.
type inventory struct {
	ws      workspace
	loads   uint64            // the view's
	reports map[string]report // of the files in which something is wrong
	ids     map[string]string // the same, ids only
}

// takeInventory calls each for every file, sorted, and returns what it found. A client
// that asks every two seconds costs no more than what changed between: files that no
// change since the last inventory could have reached are not looked at again.
func (q *query) takeInventory(ctx context.Context, each func(path string, found report)) (*inventory, error) {
	before := q.pulls.lastInventory()
	fresh := q.unchangedSince(before)
	now := &inventory{ws: q.ws, loads: q.loads, reports: make(map[string]report), ids: make(map[string]string)}
	clean, err := resultID(q.diagnostics("", nil))
	if err != nil {
		return nil, err
	}
	for _, path := range q.ws.Files() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		found := report{items: nil, id: clean}
		if fresh(path) {
			if known, ok := before.reports[path]; ok {
				found = known
			}
		} else if found, err = q.report(path); err != nil {
			return nil, err
		}
		if len(found.items) > 0 {
			now.reports[path], now.ids[path] = found, found.id
		}
		each(path, found)
	}
	return now, nil
}

// unchangedSince returns a function that reports whether what is wrong in a file is the
// same as in an earlier inventory, which may be nil.
func (q *query) unchangedSince(before *inventory) func(path string) bool {
	if before == nil || before.loads != q.loads {
		return func(string) bool { return false }
	}
	if before.ws == q.ws {
		return func(string) bool { return true }
	}
	affected := make(map[string]bool)
	for _, files := range [][]string{q.ws.Files(), before.ws.Files()} {
		for _, path := range files {
			if q.ws.Text(path) == before.ws.Text(path) || affected[path] {
				continue
			}
			for _, other := range q.ws.Affected(before.ws, path) {
				affected[other] = true
			}
		}
	}
	return func(path string) bool { return !affected[path] }
}

func (p *pulls) lastInventory() *inventory {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inventory
}
