package analysis

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/open-platform-model/opm-lsp/internal/analysis/fixture"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rename"
	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// TestRenameAnywhere asks at every offset of the example workspace and of all archives, some
// of which are half typed: it may refuse, but it does not fail, and what it prepares is a
// name that stands there.
func TestRenameAnywhere(t *testing.T) {
	workspace, err := filepath.Abs("../../testdata/workspace")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("workspace", func(t *testing.T) { askToRename(t, workspace) })
	for _, f := range fixture.All(t, "../../testdata/fixtures") {
		t.Run(f.Name, func(t *testing.T) { askToRename(t, f.Write(t)) })
	}
}

func askToRename(t *testing.T, root string) {
	s, _, err := Load(context.Background(), []string{root}, nil)
	if err != nil {
		t.Fatal(err)
	}
	worlds := make(map[string]*rename.World)
	around := func(p *catalogindex.Package) *rename.World {
		if worlds[p.Key] == nil {
			worlds[p.Key] = s.worldAround(p)
		}
		return worlds[p.Key]
	}
	for _, path := range s.Files() {
		for i := range s.Text(path).Len() + 1 {
			prepared, err := s.renamingAt(path, i, around).prepare()
			if err != nil || prepared == nil {
				continue
			}
			if i < prepared.Span.Start-1 || i > prepared.Span.End+1 || prepared.Span.Len() == 0 {
				t.Fatalf("%s: asked at %d, prepared %v", path, i, prepared.Span)
			}
		}
	}
}
