package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// The last file of a workspace, in the order in which the server publishes files that
// are not open. What it holds is wrong, and concerns no other file; when its
// diagnostics have come, those of all files before it have.
const (
	lastFile = "~/last.cue"
	lastText = "package last\n\n)\n"
)

// serve starts a server for a workspace, with a client that understands everything.
func serve(t *testing.T, root, encoding string) *lspclient.Client {
	t.Helper()
	write(t, filepath.Join(root, filepath.FromSlash(lastFile)), lastText)
	c := lspclient.Start(t, binary)
	got := c.Initialize(initializeParams(root, encoding))
	if got.PositionEncoding != encoding {
		t.Fatalf("the server counts in %s, want %s", got.PositionEncoding, encoding)
	}
	return c
}

// initializeParams are those of a client that counts in one encoding.
func initializeParams(root, encoding string) any {
	params := fmt.Sprintf(`{
		"processId": null,
		"clientInfo": {"name": "test"},
		"rootUri": %[1]q,
		"workspaceFolders": [{"uri": %[1]q, "name": "test"}],
		"capabilities": {
			"general": {"positionEncodings": [%[2]q]},
			"textDocument": {
				"publishDiagnostics": {"relatedInformation": true, "versionSupport": true},
				"hover": {"contentFormat": ["markdown"]}
			}
		}
	}`, lspclient.URI(root), encoding)
	return json.RawMessage(params)
}

// loaded waits until the server has published what is wrong in the files on disk.
func loaded(c *lspclient.Client, root string) lspclient.State {
	last := filepath.Join(root, filepath.FromSlash(lastFile))
	return c.Wait("diagnostics of the last file", func(s lspclient.State) bool { return len(s.Diagnostics(last)) > 0 })
}

// settled waits until the server has published all that follows from the changes so
// far: it opens the last file without its error, and gives it back to the disk. Of the
// files that a change concerns, closed ones come in the order of their names, and open
// ones before them.
func settled(c *lspclient.Client, root string) lspclient.State {
	last := filepath.Join(root, filepath.FromSlash(lastFile))
	d := c.Open(last, "")
	c.WaitForVersion(last, d.Version)
	d.Close()
	return c.Wait("diagnostics of the last file", func(s lspclient.State) bool { return s.Version(last) == -1 })
}

// findings are diagnostics as text, by file. Files without any are left out, and so is
// the last one.
type findings map[string]string

// String returns the findings sorted by file.
func (f findings) String() string {
	var b strings.Builder
	for _, file := range slices.Sorted(maps.Keys(f)) {
		b.WriteString(f[file])
	}
	return b.String()
}

var severities = []string{"", "error", "warning", "information", "hint"}

// publishedFindings are the findings that the server has published.
func publishedFindings(t *testing.T, root string, s lspclient.State) findings {
	t.Helper()
	out := make(findings)
	for path, p := range s.Published {
		if file := relative(root, path); file != lastFile && len(p.Diagnostics) > 0 {
			out[file] = describe(t, root, p)
		}
	}
	return out
}

// describe writes one publication as text.
func describe(t *testing.T, root string, p lspclient.Publication) string {
	t.Helper()
	var b strings.Builder
	for _, d := range p.Diagnostics {
		if d.Severity < 1 || int(d.Severity) >= len(severities) {
			t.Errorf("%s: severity %d", p.URI, d.Severity)
			continue
		}
		if d.Source != "opm" {
			t.Errorf("%s: source %q", p.URI, d.Source)
		}
		fmt.Fprintf(&b, "%s:%v: %s[%s]: %s\n", relative(root, lspclient.Path(p.URI)), d.Range, severities[d.Severity], d.Code, d.Message)
		for _, r := range d.RelatedInformation {
			fmt.Fprintf(&b, "\t%s:%v: %s\n", relative(root, lspclient.Path(r.Location.URI)), r.Location.Range, r.Message)
		}
	}
	return b.String()
}

// checkedFindings are the findings of opm-lsp check.
func checkedFindings(t *testing.T, root string) findings {
	t.Helper()
	out := make(findings)
	for _, d := range checkJSON(t, root).Diagnostics {
		if d.File == lastFile {
			continue
		}
		text := fmt.Sprintf("%s:%v: %s[%s]: %s\n", d.File, d.Range, d.Severity, d.Code, d.Message)
		for _, r := range d.Related {
			text += fmt.Sprintf("\t%s:%v: %s\n", r.File, r.Range, r.Message)
		}
		out[d.File] += text
	}
	return out
}

// relative returns a path below the root as the report does.
func relative(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// cueFiles returns the CUE files of a workspace that count, sorted; the last one is
// not among them.
func cueFiles(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		switch {
		case d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular() && filepath.Ext(name) == ".cue" && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") &&
			relative(root, path) != lastFile:
			out = append(out, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
