package embedded

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"
)

// packages names each embedded package by its import path, with the name that
// its files must declare and the definitions that OPM's documents rely on.
var packages = map[string]struct {
	name        string
	definitions []string
}{
	"config.opm.dev/v1": {"v1", []string{"#Rules", "#Severity"}},
	"core.opm.dev/v1": {"v1", []string{
		"#ModuleDefinition", "#Module", "#ModuleRelease",
		"#Component", "#WorkloadComponent", "#ResourceComponent",
		"#Scope", "#PlatformScope", "#ModuleScope",
		"#NameType", "#VersionType", "#LabelsType", "#AnnotationsType", "#LabelsAnnotationsType",
	}},
	"traits.opm.dev/v1alpha1": {"v1alpha1", []string{
		"#Container", "#SidecarContainers", "#InitContainers",
		"#Expose", "#Replicas", "#UpdateStrategy", "#Scheduling", "#HealthCheck", "#LifecycleHooks", "#RestartPolicy",
		"#ConfigMap", "#Secret", "#Volumes", "#Volume",
		"#HTTPRoute", "#RateLimiting", "#PodSecurity",
		"#NetworkPolicy", "#ServiceMesh", "#TrafficPolicy",
		"#ResourceLimit", "#ResourceQuota",
		"#CompliancePolicy", "#AuditPolicy", "#ObservabilityPolicy",
		"#DisasterRecovery", "#BackupPolicy",
	}},
}

// parse returns the embedded files with their bytes, by path.
func parse(t *testing.T) (map[string]*ast.File, map[string][]byte) {
	t.Helper()
	files, sources := map[string]*ast.File{}, map[string][]byte{}
	err := fs.WalkDir(Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		source, err := fs.ReadFile(Files(), name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(name, source, parser.ParseComments)
		if err != nil {
			t.Errorf("%s does not parse: %v", name, errors.Details(err, nil))
			return nil
		}
		files[name], sources[name] = file, source
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, sources
}

func TestFilesAreFormatted(t *testing.T) {
	_, sources := parse(t)
	for name, source := range sources {
		formatted, err := format.Source(source)
		if err != nil {
			t.Errorf("%s cannot be formatted: %v", name, err)
			continue
		}
		if !bytes.Equal(formatted, source) {
			t.Errorf("%s is not formatted: run `cue fmt` on it", name)
		}
	}
}

func TestEveryFieldHasADocComment(t *testing.T) {
	files, _ := parse(t)
	for name, file := range files {
		ast.Walk(file, func(node ast.Node) bool {
			field, ok := node.(*ast.Field)
			if !ok {
				return true
			}
			label, _, err := ast.LabelName(field.Label)
			if err != nil || strings.HasPrefix(label, "_") {
				return true // a pattern such as [string], or hidden
			}
			if !hasDoc(field) {
				t.Errorf("%s: %s has no doc comment", field.Pos(), label)
			}
			return true
		}, nil)
		if len(file.Decls) == 0 {
			t.Errorf("%s is empty", name)
		}
	}
}

// hasDoc reports whether a comment stands directly above the field.
func hasDoc(field *ast.Field) bool {
	for _, group := range ast.Comments(field) {
		if group.Doc && strings.TrimSpace(group.Text()) != "" {
			return true
		}
	}
	return false
}

func TestPackagesEvaluateAndDefineWhatDocumentsRelyOn(t *testing.T) {
	files, _ := parse(t)
	found := map[string]bool{}
	for name := range files {
		found[path.Dir(name)] = true
	}
	for importPath := range found {
		if _, ok := packages[importPath]; !ok {
			t.Errorf("package %s is embedded but not listed in this test", importPath)
		}
	}
	for importPath, want := range packages {
		instance := build.NewContext().NewInstance(importPath, nil)
		for name, file := range files {
			if path.Dir(name) != importPath {
				continue
			}
			if file.PackageName() != want.name {
				t.Errorf("%s declares package %q, want %q", name, file.PackageName(), want.name)
			}
			if err := instance.AddSyntax(file); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		value := cuecontext.New().BuildInstance(instance)
		if err := value.Validate(); err != nil {
			t.Errorf("%s does not evaluate: %s", importPath, errors.Details(err, nil))
			continue
		}
		defined := map[string]bool{}
		fields, err := value.Fields(cue.Definitions(true))
		if err != nil {
			t.Errorf("%s: %v", importPath, err)
			continue
		}
		for fields.Next() {
			defined[fields.Selector().String()] = true
		}
		for _, definition := range want.definitions {
			if !defined[definition] {
				t.Errorf("%s does not define %s", importPath, definition)
			}
		}
	}
}
