package catalogindex_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/catalogindex"
)

// tree makes a directory: a name that ends in "/" is a directory, "a -> b" a
// symbolic link, every other a file with a line of CUE.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		link, target, isLink := strings.Cut(name, " -> ")
		path := filepath.Join(dir, filepath.FromSlash(link))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		switch {
		case isLink:
			err = os.Symlink(filepath.FromSlash(target), path)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o777)
		default:
			err = os.WriteFile(path, []byte("x: 1\n"), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func relative(t *testing.T, dir string, paths []string) []string {
	t.Helper()
	var out []string
	for _, p := range paths {
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, filepath.ToSlash(rel))
	}
	return out
}

// sentences returns the errors without the directory and without their causes,
// which differ between operating systems.
func sentences(dir string, skipped []error) []string {
	var out []string
	for _, err := range skipped {
		s := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
		s, _, _ = strings.Cut(s, ": ")
		out = append(out, filepath.ToSlash(s))
	}
	return out
}

func TestFind(t *testing.T) {
	outside := tree(t, "secret.cue", "dir/secret.cue")
	dir := tree(t,
		"a.cue", "b.CUE", "c.cue.txt", "cue", ".cue", ".hidden.cue", "_draft.cue", "é.cue",
		"sub/a.cue", "sub/deep/er/a.cue", "sub/empty/",
		".git/a.cue", ".hidden/a.cue", "node_modules/pkg/a.cue", "sub/node_modules/a.cue", "sub/.cache/a.cue",
		"cue.mod/module.cue", "cue.mod/pkg/x.com/y/y.cue",
		"dir.cue/a.cue",
		"loop/here -> ..", "loop/self -> self", "loop/a.cue",
		"links/inside.cue -> ../a.cue", "links/dangling.cue -> nothing.cue", "links/loop.cue -> loop.cue",
		"links/dir.cue -> ../sub", "links/outside.cue -> "+outside+"/secret.cue", "links/outsidedir -> "+outside+"/dir",
	)
	paths, skipped, err := catalogindex.Find(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a.cue", "cue.mod/module.cue", "cue.mod/pkg/x.com/y/y.cue", "dir.cue/a.cue", "links/inside.cue", "loop/a.cue",
		"sub/a.cue", "sub/deep/er/a.cue", "é.cue",
	}
	if diff := cmp.Diff(want, relative(t, dir, paths)); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
	wantSkipped := []string{"cannot read links/dangling.cue", "cannot read links/loop.cue", "links/outside.cue is left out"}
	got := sentences(dir, skipped)
	slices.Sort(got)
	if diff := cmp.Diff(wantSkipped, got); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
}

func TestFindRoots(t *testing.T) {
	dir := tree(t, "w/a.cue", "w/sub/b.cue", "link -> w", ".hidden/a.cue", "node_modules/a.cue", "file.cue -> w/a.cue", "none/")
	for _, test := range []struct {
		root string
		want []string
	}{
		{"w", []string{"w/a.cue", "w/sub/b.cue"}},
		{"w/", []string{"w/a.cue", "w/sub/b.cue"}},
		{"link", []string{"link/a.cue", "link/sub/b.cue"}}, // under the name that the client uses
		{"w/a.cue", []string{"w/a.cue"}},
		{"file.cue", []string{"file.cue"}},
		{".hidden", []string{".hidden/a.cue"}}, // whoever opens it means it
		{"node_modules", []string{"node_modules/a.cue"}},
		{"none", nil},
	} {
		paths, skipped, err := catalogindex.Find(context.Background(), dir+"/"+test.root)
		if diff := cmp.Diff(test.want, relative(t, dir, paths)); diff != "" || err != nil || len(skipped) > 0 {
			t.Errorf("%s (-want +got): %v, %v\n%s", test.root, skipped, err, diff)
		}
	}
	_, _, err := catalogindex.Find(context.Background(), filepath.Join(dir, "missing"))
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing root: %v", err)
	}
}

func TestFindCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := catalogindex.Find(ctx, tree(t, "a.cue")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestReadFile(t *testing.T) {
	dir := tree(t, "a.cue", "dir.cue/", "dangling.cue -> nothing", "large.cue")
	if err := os.Truncate(filepath.Join(dir, "large.cue"), 33<<20); err != nil {
		t.Fatal(err)
	}
	if f, err := catalogindex.ReadFile(filepath.Join(dir, "a.cue")); err != nil || f.Text.Content() != "x: 1\n" {
		t.Errorf("got %v, %v", f, err)
	}
	for name, want := range map[string]string{
		"dir.cue":      "cannot read dir.cue",
		"dangling.cue": "cannot read dangling.cue",
		"missing.cue":  "cannot read missing.cue",
		"large.cue":    "large.cue is left out",
	} {
		f, err := catalogindex.ReadFile(filepath.Join(dir, name))
		if f != nil || err == nil {
			t.Errorf("%s: got %v, %v", name, f, err)
		} else if got := sentences(dir, []error{err})[0]; got != want {
			t.Errorf("%s: got %q", name, err)
		}
	}
}

func TestReadAll(t *testing.T) {
	names := []string{"dangling.cue -> nothing"}
	for i := range 50 {
		names = append(names, fmt.Sprintf("%02d.cue", i))
	}
	dir := tree(t, names...)
	var paths []string
	for i := range 50 {
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("%02d.cue", i)))
	}
	paths = slices.Insert(paths, 7, filepath.Join(dir, "dangling.cue"))
	var counts []int
	files, skipped, err := catalogindex.ReadAll(context.Background(), paths, func(n, _ int) { counts = append(counts, n) })
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if want := fmt.Sprintf("%02d.cue", i); filepath.Base(f.Path) != want {
			t.Errorf("file %d is %s, want %s", i, f.Path, want)
		}
	}
	if len(files) != 50 || len(skipped) != 1 {
		t.Errorf("%d files, %v skipped", len(files), skipped)
	}
	for i, n := range counts {
		if n != i+1 {
			t.Fatalf("progress %v", counts)
		}
	}
	if len(counts) != len(paths) {
		t.Errorf("%d calls of progress for %d paths", len(counts), len(paths))
	}
	if files, skipped, err := catalogindex.ReadAll(context.Background(), nil, nil); len(files)+len(skipped) > 0 || err != nil {
		t.Errorf("no paths: %v, %v, %v", files, skipped, err)
	}
}

func TestReadAllCancelled(t *testing.T) {
	var paths []string
	dir := tree(t, "a.cue")
	for range 1000 {
		paths = append(paths, filepath.Join(dir, "a.cue"))
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	files, _, err := catalogindex.ReadAll(ctx, paths, func(int, int) {
		if calls++; calls == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || files != nil || calls > 100 {
		t.Errorf("%d files, %v, after %d calls", len(files), err, calls)
	}
}

func TestIsCUE(t *testing.T) {
	for path, want := range map[string]bool{
		"/w/a.cue": true, "a.cue": true, "/w/.a.cue": false, "/w/_a.cue": false, "/w/a.CUE": false, "/w/a.cue/b": false,
		"/w/.cue": false, "/.w/a.cue": true, "": false, "/": false,
	} {
		if got := catalogindex.IsCUE(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
	for name, want := range map[string]bool{"node_modules": true, ".git": true, ".": false, "..": false, "": false, "a.b": false, "cue.mod": false} {
		if got := catalogindex.SkipsDir(name); got != want {
			t.Errorf("%q is skipped: %v", name, got)
		}
	}
}

func TestWorkspaceRoot(t *testing.T) {
	dir := tree(t, "w/cue.mod/module.cue", "w/a/b/c.cue", "w/a/opm-lsp.cue", "v/.git/", "v/x/y.cue")
	for at, want := range map[string]string{"w/a/b": "w/a", "w/a": "w/a", "w": "w", "w/cue.mod": "w", "v/x": "v"} {
		if got := catalogindex.WorkspaceRoot(filepath.Join(dir, at)); got != filepath.Join(dir, want) {
			t.Errorf("%s: got %s, want %s", at, got, want)
		}
	}
}
