package analysis_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
)

// An impatient context ends when it was looked at some times.
type impatient struct {
	context.Context
	looks int
}

func (c *impatient) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestSearchesEnd holds that what goes through the workspace ends in the middle when its
// context does, and does not pass on that nothing was found.
func TestSearchesEnd(t *testing.T) {
	root, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	s := load(t, root)
	path := filepath.Join(root, "definitions", "web-app", "web_app.cue")
	at := strings.Index(s.Text(path).Content(), "replicas?:")
	all := len(s.References(t.Context(), path, at, true))
	for looks := range 3 {
		some := len(s.References(&impatient{t.Context(), looks}, path, at, true))
		if some >= all || (looks == 0) != (some == 0) {
			t.Errorf("%d of %d uses are found when the context ends after %d looks", some, all, looks)
		}
		if _, err := s.Rename(&impatient{t.Context(), looks}, path, at, "copies"); !errors.Is(err, context.Canceled) {
			t.Errorf("a rename whose context ends after %d looks ends with %v", looks, err)
		}
	}
	for _, l := range s.Lenses(path) {
		if got := s.LensTitle(&impatient{t.Context(), 1}, l); l.Kind == analysis.UsesLens && got != "" {
			t.Errorf("a lens whose context ends says %q", got)
		}
	}
}
