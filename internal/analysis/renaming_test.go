package analysis_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rename"
)

// rename prints the edits that give what is under the cursor another name, or why that
// cannot be. It holds that what is wrong afterwards is what was wrong before.
func (p printer) rename(t *testing.T, path string, offset int, to string) string {
	t.Helper()
	prepared, err := p.s.PrepareRename(path, offset)
	if err != nil {
		if _, again := p.s.Rename(t.Context(), path, offset, to); again == nil || again.Error() != err.Error() {
			t.Errorf("prepared: %v; renamed: %v", err, again)
		}
		return "refused: " + err.Error() + "\n"
	}
	if prepared == nil {
		return "nothing\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s\n", prepared.Name, p.place(analysis.Location{Path: path, Span: prepared.Span}))
	edits, err := p.s.Rename(t.Context(), path, offset, to)
	if err != nil {
		if refusal := rename.Refusal(""); !errors.As(err, &refusal) {
			t.Errorf("%v is no refusal", err)
		}
		return b.String() + "refused: " + err.Error() + "\n"
	}
	for _, e := range edits {
		fmt.Fprintf(&b, "%s %q -> %q", p.place(e.Location), p.s.Text(e.Path).Slice(e.Span), e.NewText)
		if e.Confirm != "" {
			fmt.Fprintf(&b, " to confirm: %s", e.Confirm)
		}
		b.WriteByte('\n')
	}
	before, after := sameButNames(p.s, prepared.Name, to), sameButNames(renamedTo(p.s, edits), prepared.Name, to)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("what is wrong changed (-before +after):\n%s", diff)
	}
	return b.String()
}

// renamedTo returns the snapshot after edits.
func renamedTo(s *analysis.Snapshot, edits []analysis.RenameEdit) *analysis.Snapshot {
	byFile := make(map[string][]analysis.Edit)
	for _, e := range edits {
		byFile[e.Path] = append(byFile[e.Path], e.Edit)
	}
	for path, edits := range byFile {
		s = s.WithText(path, analysis.ApplyEdits(s.Text(path).Content(), edits))
	}
	return s
}

// sameButNames returns what is wrong in a workspace, with one word for two names.
func sameButNames(s *analysis.Snapshot, names ...string) []string {
	var out []string
	for _, d := range s.AllDiagnostics() {
		message := d.Message
		for _, name := range names {
			message = strings.ReplaceAll(strings.ReplaceAll(message, `"`+name+`"`, "NAME"), name, "NAME")
		}
		out = append(out, fmt.Sprintf("%s %s[%s] %s", filepath.Base(d.Path), d.Severity, d.Code, message))
	}
	slices.Sort(out)
	return out
}

// placesAndCodesOf returns what is wrong in a workspace without the words, in which another name may
// be suggested.
func placesAndCodesOf(s *analysis.Snapshot) []string {
	var out []string
	for _, d := range s.AllDiagnostics() {
		out = append(out, d.Path+" "+d.Code)
	}
	return out
}

// TestRenameThereAndBack renames values, components and scopes of workspaces to a name
// that nothing has, and back: that is the text that was there. What cannot be renamed is
// refused, and that is not much.
func TestRenameThereAndBack(t *testing.T) {
	worlds := map[string]map[string]string{"workspace": nil}
	for seed := range uint64(3) {
		worlds[fmt.Sprint(seed)] = newWorld(seed).files
	}
	for name, files := range worlds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *analysis.Snapshot
			if files == nil {
				root, err := filepath.Abs("../../testdata/workspace")
				if err != nil {
					t.Fatal(err)
				}
				if s, _, err = analysis.Load(context.Background(), []string{root}, nil); err != nil {
					t.Fatal(err)
				}
			} else {
				s = workspaceOf(t, files).s
			}
			renamed, refused := 0, 0
			for i, at := range labelsOf(s) {
				if i%3 != 0 { // each takes a while
					continue
				}
				if thereAndBack(t, s, at) {
					renamed++
				} else {
					refused++
				}
			}
			if renamed < 5 || renamed < 3*refused {
				t.Errorf("%d renamed, %d refused", renamed, refused)
			}
		})
	}
}

// labelsOf returns the places of the values, components and scopes of the own layer of
// each document.
func labelsOf(s *analysis.Snapshot) []analysis.Location {
	var out []analysis.Location
	for _, path := range s.Files() {
		if filepath.Base(path) == "opm-lsp.cue" {
			continue
		}
		content := s.Text(path).Content()
		for i := range len(content) {
			if i > 0 && isLetter(content[i-1]) || !isLetter(content[i]) {
				continue
			}
			at := s.PlaceAt(path, i)
			if at == nil || !at.IsLabel || at.Span.Start != i && at.Span.Start != i-1 {
				continue
			}
			if at.Kind == analysis.ValuePlace && len(at.Path) > 0 || at.Kind == analysis.ComponentPlace || at.Kind == analysis.ScopePlace {
				out = append(out, analysis.Location{Path: path, Span: at.Span})
			}
		}
	}
	return out
}

func isLetter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '_'
}

// thereAndBack renames what is at a place and renames it back; false if that is refused.
func thereAndBack(t *testing.T, s *analysis.Snapshot, at analysis.Location) bool {
	t.Helper()
	offset := at.Span.Start + 1
	there := fmt.Sprintf("%s: %q", filepath.Base(at.Path), s.Text(at.Path).Slice(at.Span))
	prepared, err := s.PrepareRename(at.Path, offset)
	if err != nil {
		t.Logf("%s: %v", there, err)
		return false
	}
	if prepared == nil {
		t.Errorf("%s has no name", there)
		return false
	}
	to := "zzFresh"
	if strings.HasPrefix(prepared.Name, "platform-") {
		to = "platform-zzFresh"
	}
	edits, err := s.Rename(t.Context(), at.Path, offset, to)
	if err != nil {
		t.Logf("%s: %v", there, err)
		return false
	}
	next := renamedTo(s, edits)
	if diff := cmp.Diff(placesAndCodesOf(s), placesAndCodesOf(next)); diff != "" {
		t.Errorf("%s: what is wrong changed (-before +after):\n%s", there, diff)
	}
	moved := offset
	for _, e := range edits {
		if e.Path == at.Path && e.Span.End <= at.Span.Start {
			moved += len(e.NewText) - e.Span.Len()
		}
	}
	back, err := next.Rename(t.Context(), at.Path, moved, prepared.Name)
	if err != nil {
		t.Errorf("%s: not back: %v", there, err)
		return true
	}
	last := renamedTo(next, back)
	for _, path := range s.Files() {
		if diff := cmp.Diff(s.Text(path).Content(), last.Text(path).Content()); diff != "" {
			t.Errorf("%s (-before +after there and back):\n%s", there, diff)
		}
	}
	return true
}
