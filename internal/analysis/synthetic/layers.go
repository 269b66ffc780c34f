package synthetic

import (
	"fmt"
	"maps"
	"strings"
)

// docs returns what the structs of the application's values are for, by path.
func (a application) docs() map[string]string {
	docs := maps.Clone(structDocs)
	for _, g := range a.groups {
		docs[groups[g].name] = groups[g].doc
	}
	return docs
}

// isRequired reports whether the struct at the top of a value's path has a value that every
// release must set. Then it is not optional.
func isRequired(values []value, path string) bool {
	top, _, _ := strings.Cut(path, ".")
	for _, v := range values {
		if strings.HasPrefix(v.path, top+".") && v.preset == "" {
			return true
		}
	}
	return false
}

// schema returns the values as a definition writes them; with defaults, or as plain
// constraints.
func schema(values []value, docs map[string]string, defaults bool) *field {
	root := &field{}
	for _, v := range values {
		mark, lastMark, text := "?", "?", v.allows
		if isRequired(values, v.path) {
			mark = ""
		}
		switch {
		case v.preset == "":
			lastMark = "!"
		case defaults:
			text += " | *" + v.preset
		}
		root.put(v.path, mark, lastMark, text, v.doc, docs)
	}
	return root
}

// read returns the expression with which a component reads a value as a string.
func (v value) read() string {
	if v.isText {
		return "values." + v.path
	}
	return `"\(values.` + v.path + `)"`
}

func (a application) definition(version int) File {
	return File{
		fmt.Sprintf("definitions/%s/v%s/definition.cue", a.name, versions[version].definition),
		a.definitionText(version, schema(a.values(version), a.docs(), true)),
	}
}

// definitionText returns a definition with the given values.
func (a application) definitionText(version int, of *field) string {
	values := a.values(version)
	at := versions[version].definition
	var b strings.Builder
	fmt.Fprintf(&b, `// What the teams of %[1]s start from.
package %[2]s

import (
	traits "traits.opm.dev/v1alpha1"
)

#ModuleDefinition & {
	#metadata: {
		name:        "%[1]s"
		version:     "%[3]s"
		description: "One container that answers HTTP, and what it needs"
		labels: {
			"harbourlane.example/owner": "%[1]s-team"
		}
	}

	components: {
		server: #WorkloadComponent & {
			#metadata: {
				type:         "workload"
				workloadType: "stateless"
			}
			traits.#Container
			traits.#Replicas
			traits.#Expose

			container: {
				name: "server"
				image: {
					repository: values.image.repository
					tag:        values.image.tag
				}
				ports: [{
					name:          "http"
					containerPort: values.port
				}]
				resources: {
					requests: {
						memory: values.memory
					}
				}
				env: [{
					name:  "CONTACT"
					value: "mailto:\(values.contact)"
				}`, a.name, packageName(a.name), at)
	args := ""
	for _, v := range values[len(basic)-2 : len(basic)] { // the basic ones that stand nowhere else
		if v.path == "memory" {
			continue
		}
		fmt.Fprintf(&b, ", {\n\t\t\t\t\tname:  %q\n\t\t\t\t\tvalue: %s\n\t\t\t\t}", variable(v.path), v.read())
	}
	for _, v := range values[len(basic):] {
		switch v.path {
		case "access.origins":
			args += "for o in values.access.origins {\"--origin=\\(o)\"}, "
		case "access.tenants":
			args += "for t in values.access.tenants {\"--tenant=\\(t.name)\"}, "
		default:
			fmt.Fprintf(&b, ", {\n\t\t\t\t\tname:  %q\n\t\t\t\t\tvalue: %s\n\t\t\t\t}", variable(v.path), v.read())
		}
	}
	b.WriteString("]\n")
	if args != "" {
		fmt.Fprintf(&b, "\t\t\t\targs: [%s]\n", strings.TrimSuffix(args, ", "))
	}
	b.WriteString(`			}

			replicas: values.replicas

			expose: {
				type: "ClusterIP"
				ports: [{
					name:       "http"
					port:       80
					targetPort: values.port
				}]
			}
		}
	}

	scopes: {
		"fair-use": #ModuleScope & {
			traits.#RateLimiting

			rateLimit: {
				requests: 100
				interval: "1s"
				burst:    200
			}

			appliesTo: [components.server]
		}
	}

	values: {
`)
	of.write(&b, 2)
	b.WriteString("\t}\n}\n")
	return b.String()
}

// variable returns the name of the environment variable of a value.
func variable(path string) string { return strings.ToUpper(strings.ReplaceAll(path, ".", "_")) }

// own returns what a Module writes about the values of its definition: every default
// that it changes, and one constraint that it narrows if it is one that does.
func (a application) own(version int, defaults bool) *field {
	root := &field{}
	for _, v := range a.values(version) {
		allows, doc := v.allows, ""
		if a.narrows && v.narrow != "" {
			allows, doc = v.narrow, "opm:ignore curation/value-narrowed — agreed with the developers"
		}
		switch {
		case !defaults && allows != v.allows:
			root.put(v.path, "?", "?", allows, "", nil)
		case defaults && v.offers != "":
			if v.path == "image.tag" {
				v.offers = fmt.Sprintf("%q", versions[version].module)
			}
			root.put(v.path, "", "", allows+" | *"+v.offers, doc, nil)
		}
	}
	return root
}

func (a application) module(version int) File {
	return File{
		fmt.Sprintf("catalog/%s/v%s/module.cue", a.name, versions[version].module),
		a.moduleText(version, a.own(version, true), schema(a.added(), a.docs(), true)),
	}
}

// moduleText returns a Module that writes and adds the given values.
func (a application) moduleText(version int, own, added *field) string {
	v := versions[version]
	var b strings.Builder
	fmt.Fprintf(&b, `// %[1]s as the platform team offers it.
package managed%[2]s

import (
	app "code.harbourlane.example/%[1]s:%[3]s"
	traits "traits.opm.dev/v1alpha1"
)

#Module & {
	#metadata: {
		name:    "managed-%[1]s"
		version: "%[4]s"
		labels: {
			"harbourlane.example/shelf":   "web"
			"harbourlane.example/support": "office-hours"
		}
	}

	#moduleDefinition: app.#ModuleDefinition

	components: #moduleDefinition.components

	components: {
		"platform-logs": #WorkloadComponent & {
			#metadata: {
				type:         "workload"
				workloadType: "daemon"
			}
			traits.#Container

			container: {
				name: "log-shipper"
				image: {
					repository: "registry.harbourlane.example/platform/log-shipper"
					tag:        "0.9.%[5]d"
				}
				env: [{
					name:  "KEEP_FOR"
					value: values.platform.logs.keepFor
				}, {
					name:  "ON_CALL"
					value: values.platform.onCall.channel
				}, {
					name:  "ON_CALL_THRESHOLD"
					value: values.platform.onCall.threshold
				}]
			}
		}
	}

	scopes: #moduleDefinition.scopes

	scopes: {
		// One leaking process must not take its neighbours along.
		"platform-limits": #PlatformScope & {
			#metadata: {
				immutable: true
			}
			traits.#ResourceLimit

			resourceLimit: {
				defaultRequest: {
					cpu:    "50m"
					memory: "64Mi"
				}
				defaultLimit: {
					cpu:    "500m"
					memory: "2Gi"
				}
			}

			appliesTo: [components.server]
		}
	}

	values: #moduleDefinition.values & {
`, a.name, packageName(a.name), v.definition, v.module, version)
	own.write(&b, 2)
	b.WriteByte('\n')
	added.write(&b, 2)
	b.WriteString("\t}\n}\n")
	return b.String()
}
