package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A world is a workspace that somebody might have: a definition, a Module and some
// releases, in which every rule finds everything in order. It is made from a seed.
type world struct {
	rng        *rand.Rand
	app        string
	components []string
	values     []worldValue // of the definition
	added      []worldValue // by the Module
	releases   []string     // file names
	files      map[string]string
}

// A worldValue is one values path: what it may be, and three different values that it may
// have, the first of which is the definition's default.
type worldValue struct {
	group      string // the struct that it stands in, or ""
	name       string
	constraint string
	samples    [3]string
	number     bool // the constraint is an integer from 1 to 20
}

func (v worldValue) path() string {
	if v.group != "" {
		return v.group + "." + v.name
	}
	return v.name
}

// line writes a field of values, in its group if it has one.
func (v worldValue) line(mark, value string) string {
	if v.group != "" {
		return fmt.Sprintf("%s%s: %s%s: %s", v.group, mark, v.name, mark, value)
	}
	return fmt.Sprintf("%s%s: %s", v.name, mark, value)
}

const (
	definitionFile = "definition.cue"
	moduleFile     = "module.cue"
)

var (
	appNames       = []string{"web", "shop", "billing", "search", "mail", "archive"}
	componentNames = []string{"server", "worker", "cache", "gateway", "indexer", "scheduler"}
	groupNames     = []string{"", "", "image", "storage", "ingress", "logging"}
	valueNames     = []string{"size", "mode", "tag", "limit", "host", "region", "level", "path", "theme", "owner", "delay", "label"}
)

// newWorld returns the world of a seed.
func newWorld(seed uint64) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 4)), files: make(map[string]string)}
	w.app = pick(w, appNames)
	w.components = some(w, componentNames, 2+w.rng.IntN(2))
	for i, name := range some(w, valueNames, 6+w.rng.IntN(4)) {
		v := w.value(name, i)
		if i < 4 { // so that every world has each kind
			v.group = ""
		}
		if len(w.values) < 5 || len(w.added) > 0 && w.rng.IntN(2) == 0 {
			w.values = append(w.values, v)
		} else {
			v.group = ""
			w.added = append(w.added, v)
		}
	}
	w.files[definitionFile] = w.definition()
	w.files[moduleFile] = w.module()
	for i := range 1 + w.rng.IntN(3) {
		name := fmt.Sprintf("release%d.cue", i)
		w.releases = append(w.releases, name)
		w.files[name] = w.release(i)
	}
	return w
}

func pick[T any](w *world, from []T) T { return from[w.rng.IntN(len(from))] }

// some returns n different elements, in a random order.
func some[T any](w *world, from []T, n int) []T {
	out := make([]T, n)
	for i, j := range w.rng.Perm(len(from))[:n] {
		out[i] = from[j]
	}
	return out
}

func (w *world) value(name string, i int) worldValue {
	v := worldValue{group: pick(w, groupNames), name: name}
	switch i % 4 {
	case 0:
		n := 2 + w.rng.IntN(5)
		v.constraint, v.number = "int & >=1 & <=20", true
		v.samples = [3]string{fmt.Sprint(n), fmt.Sprint(n + 3), fmt.Sprint(n + 7)}
	case 1:
		v.constraint = `"small" | "medium" | "large"`
		v.samples = [3]string{`"small"`, `"medium"`, `"large"`}
	case 2:
		v.constraint = "string"
		v.samples = [3]string{`"one"`, `"two"`, `"three"`}
	default:
		v.constraint = "int & >=1 & <=20"
		v.samples, v.number = [3]string{"4", "5", "6"}, true
	}
	return v
}

// env reads values in a container, each under a name of its own.
func env(values []worldValue) string {
	var b strings.Builder
	b.WriteString("env: [\n")
	for _, v := range values {
		fmt.Fprintf(&b, "\t\t\t\t\t{name: %q, value: \"\\(values.%s)\"},\n", strings.ToUpper(v.name), v.path())
	}
	b.WriteString("\t\t\t\t]")
	return b.String()
}

func (w *world) definition() string {
	var b strings.Builder
	fmt.Fprintf(&b, `package %[1]s

import traits "traits.opm.dev/v1alpha1"

#ModuleDefinition & {
	#metadata: {
		name:    "%[1]s"
		version: "1.0.0"
	}

	components: {
`, w.app)
	for i, c := range w.components {
		var own []worldValue
		for j, v := range w.values {
			if j%len(w.components) == i {
				own = append(own, v)
			}
		}
		fmt.Fprintf(&b, `		%[1]s: #WorkloadComponent & {
			traits.#Container
			#metadata: workloadType: "stateless"
			container: {
				name: "%[1]s"
				image: {
					repository: "example/%[1]s"
					tag:        "1.0"
				}
				%[2]s
			}
		}
`, c, env(own))
	}
	fmt.Fprintf(&b, `	}

	scopes: {
		network: #ModuleScope & {
			traits.#NetworkPolicy
			networkPolicy: policyTypes: ["Ingress"]
			appliesTo: [components.%s]
		}
		traffic: #ModuleScope & {
			traits.#RateLimiting
			rateLimit: requests: 100
			appliesTo: "*"
		}
	}

	values: {
`, w.components[0])
	for _, v := range w.values {
		fmt.Fprintf(&b, "\t\t// What the %s is.\n\t\t%s\n", v.name, v.line("?", v.constraint+" | *"+v.samples[0]))
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

func (w *world) module() string {
	var b strings.Builder
	fmt.Fprintf(&b, `package managed

import (
	original "code.example.com/%[1]s/v1.0.0"
	traits "traits.opm.dev/v1alpha1"
)

#Module & {
	#metadata: {
		name:    "managed-%[1]s"
		version: "1.0.0-platform.1"
	}

	#moduleDefinition: original.#ModuleDefinition

	components: #moduleDefinition.components
	components: {
		"platform-agent": #WorkloadComponent & {
			traits.#Container
			#metadata: workloadType: "daemon"
			container: {
				name: "agent"
				image: {
					repository: "example/agent"
					tag:        "2.0"
				}
				%[2]s
			}
		}
	}

	scopes: #moduleDefinition.scopes
	scopes: {
		"platform-security": #PlatformScope & {
			traits.#PodSecurity
			podSecurity: runAsNonRoot: true
			appliesTo: "*"
		}
		"platform-audit": #PlatformScope & {
			traits.#AuditPolicy
			auditPolicy: level: "Metadata"
			appliesTo: [components.%[3]s]
		}
	}

	values: #moduleDefinition.values & {
`, w.app, env(w.added), w.components[0])
	for i, v := range w.values {
		if i%2 == 0 { // the first of the numbers and of the texts among them
			fmt.Fprintf(&b, "\t\t%s\n", v.line("", v.constraint+" | *"+v.samples[1]))
		}
	}
	for _, v := range w.added {
		fmt.Fprintf(&b, "\t\t// What the platform's %s is.\n\t\t%s\n", v.name, v.line("?", v.constraint+" | *"+v.samples[1]))
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

func (w *world) release(i int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `package release%[2]d

import catalog "catalog.example.com/managed-%[1]s:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "%[1]s-%[2]d"
		namespace: "production"
		labels: team: "web"
	}

	#module: catalog.#Module

	values: {
`, w.app, i)
	all := append(append([]worldValue{}, w.values...), w.added...)
	for j, v := range all {
		if j < 3 || w.rng.IntN(2) == 0 { // at least one of each kind
			fmt.Fprintf(&b, "\t\t%s\n", v.line("", v.samples[2]))
		}
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}
