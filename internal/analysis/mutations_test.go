package analysis_test

import (
	"fmt"
	"strings"
)

// worldSecrets are the secrets that mutations write. No diagnostic shows one.
var worldSecrets = []string{"correct-horse", "changeme", "QYLPMN5HHHFPZAM2"}

// set returns one of the values that every release sets.
func (w *world) set() worldValue { return w.values[w.rng.IntN(3)] }

// aRelease returns the file of a release.
func (w *world) aRelease() string { return pick(w, w.releases) }

// ownLine is the line with which a definition declares a value.
func (v worldValue) ownLine() string { return v.line("?", v.constraint+" | *"+v.samples[0]) }

// moduleLine is the line with which a Module gives a value another default.
func (v worldValue) moduleLine() string { return v.line("", v.constraint+" | *"+v.samples[1]) }

// overridden returns a value that the Module gives another default.
func (w *world) overridden(test func(worldValue) bool) worldValue {
	var candidates []worldValue
	for i, v := range w.values {
		if i%2 == 0 && test(v) {
			candidates = append(candidates, v)
		}
	}
	return pick(w, candidates)
}

// secondModule adds another version of the Module, as a change of the first one.
func (w *world) secondModule(version string, change func(text string) string) string {
	const file = "second.cue"
	text := strings.Replace(w.files[moduleFile], "package managed", "package second", 1)
	text = strings.Replace(text, `"1.0.0-platform.1"`, fmt.Sprintf("%q", version), 1)
	w.files[file] = change(text)
	return file
}

func unchanged(text string) string { return text }

// waysToBreak lists the ways to break the rules, by their codes.
var waysToBreak = []mutation{
	{"catalog/duplicate-version", "a second Module", func(w *world) (string, string) {
		return w.secondModule("1.0.0-platform.1", unchanged), "version:"
	}, []string{"catalog/duplicate-version"}},
	{"catalog/invalid-version", "of a Module", func(w *world) (string, string) {
		w.replace(moduleFile, `"1.0.0-platform.1"`, pick(w, []string{`"v1.0.0-platform.1"`, `"1.0"`, `"latest"`}))
		return moduleFile, "version:"
	}, []string{"release/unknown-module"}},
	{"catalog/invalid-version", "of a definition", func(w *world) (string, string) {
		w.replace(definitionFile, `"1.0.0"`, pick(w, []string{`"v1.0.0"`, `"1"`, `"one"`}))
		return definitionFile, "version:"
	}, []string{"cue/unresolved-import"}},
	{"catalog/missing-provenance", "the reference is gone", func(w *world) (string, string) {
		w.files[moduleFile] = strings.NewReplacer("\t#moduleDefinition: original.#ModuleDefinition\n", "", "components: #moduleDefinition.components\n", "",
			"scopes: #moduleDefinition.scopes\n", "", "#moduleDefinition.values & ", "", fmt.Sprintf("[components.%s]", w.components[0]), `"*"`).Replace(w.files[moduleFile])
		return moduleFile, "#Module &"
	}, []string{"cue/unused-import"}},
	{"catalog/missing-version", "of a Module", func(w *world) (string, string) {
		w.remove(moduleFile, "version:")
		return moduleFile, pick(w, []string{"#metadata"})
	}, []string{"release/unknown-module"}},
	{"catalog/unpinned-definition", "no version", func(w *world) (string, string) {
		w.replace(moduleFile, "/v1.0.0", "")
		return moduleFile, "original "
	}, nil},
	{"catalog/version-bump", "a narrower range", func(w *world) (string, string) {
		v := w.overridden(isNumber)
		file := w.secondModule("1.0.0-platform.2", func(text string) string {
			return strings.Replace(text, v.moduleLine(), strings.Replace(v.moduleLine(), "<=20", "<=19", 1), 1)
		})
		return file, "version:"
	}, []string{"curation/value-narrowed", "release/outdated-module"}},
	{"catalog/version-bump", "a value less", func(w *world) (string, string) {
		v := pick(w, w.added)
		file := w.secondModule("1.0.1-platform.1", func(text string) string {
			text = strings.Replace(text, v.moduleLine2(), "", 1)
			return strings.Replace(text, fmt.Sprintf("\t\t\t\t\t{name: %q, value: \"\\(values.%s)\"},\n", strings.ToUpper(v.name), v.path()), "", 1)
		})
		return file, "version:"
	}, []string{"release/outdated-module"}},

	{"configuration/invalid-value", "a severity", func(w *world) (string, string) {
		w.files["opm-lsp.cue"] = fmt.Sprintf("rules: {\n\tcatalog: \"error\"\n\t\"cue/unused-import\": %q\n}\n", pick(w, []string{"warn", "critical", "", "ERROR"}))
		return "opm-lsp.cue", "cue/unused-import"
	}, nil},
	{"configuration/missing-source", "no directory", func(w *world) (string, string) {
		w.files["opm-lsp.cue"] = fmt.Sprintf("sources: [\n\t\".\",\n\t%q,\n]\n", pick(w, []string{"../nowhere", "nowhere", "/nowhere/at/all"}))
		return "opm-lsp.cue", "nowhere"
	}, nil},
	{"configuration/not-at-top", "in a directory below", func(w *world) (string, string) {
		w.files["releases/opm-lsp.cue"] = "rules: release: \"off\"\n"
		return "opm-lsp.cue", "rules"
	}, nil},
	{"configuration/unknown-key", "a setting or a rule", func(w *world) (string, string) {
		w.files["opm-lsp.cue"] = pick(w, []string{"catalog: [\".\"]\n", "rules: \"release/nothing\": \"off\"\n", "namespace: [\"production\"]\n"})
		return "opm-lsp.cue", ":"
	}, nil},

	{"cue/conflict", "metadata twice", func(w *world) (string, string) {
		file := pick(w, []string{definitionFile, moduleFile})
		w.in(file, "#metadata: {", `		name: "other"`)
		return file, "name:"
	}, []string{"cue/unresolved-import", "release/unknown-module"}},
	{"cue/conflict", "a value against itself", func(w *world) (string, string) {
		v := w.someValue(isNumber)
		w.replace(definitionFile, v.ownLine(), v.line("?", v.constraint)+"\n\t\t"+v.line("?", "string"))
		return definitionFile, v.name + "?:"
	}, nil},
	{"definition/default-invalid", "another declaration refuses it", func(w *world) (string, string) {
		v := w.someValue(isNumber)
		w.behind(definitionFile, v.ownLine(), "\t\t"+v.line("?", "string"))
		return definitionFile, v.name + "?:"
	}, nil},
	{"cue/conflict", "a trait", func(w *world) (string, string) {
		w.replace(definitionFile, `tag:        "1.0"`, `tag:        5`)
		return definitionFile, "tag:"
	}, nil},
	{"cue/evaluation-stopped", "a loop over a billion", func(w *world) (string, string) {
		w.in(definitionFile, "values: {", "\t\tendless?: [...int] | *["+strings.Repeat("for a in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] ", 9)+"if a < 0 {a}]")
		return definitionFile, "endless"
	}, []string{"definition/unused-value"}},
	{"cue/import-cycle", "the definition imports its Module", func(w *world) (string, string) {
		w.replace(definitionFile, `import traits "traits.opm.dev/v1alpha1"`, fmt.Sprintf("import (\n\tmanaged \"catalog.example.com/managed-%s:1.0.0-platform.1\"\n\ttraits \"traits.opm.dev/v1alpha1\"\n)\n\n_module: managed.#Module", w.app))
		return definitionFile, "managed "
	}, []string{"cue/import-cycle"}},
	{"cue/missing-import", "of a package of CUE", func(w *world) (string, string) {
		v := w.someValue(isText)
		w.replace(definitionFile, v.ownLine(), v.line("?", "string & strings.MinRunes(2) | *"+v.samples[0]))
		return definitionFile, "strings.MinRunes"
	}, nil},
	{"cue/syntax", "a quote is gone", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, `team: "web"`, `team: "web`)
		return file, "team:"
	}, nil},
	{"cue/syntax", "a dash", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, `team: "web"`, `cost-center: "web"`)
		return file, "cost-center"
	}, nil},
	{"cue/syntax", "nothing behind a colon", func(w *world) (string, string) {
		file, v := w.aRelease(), w.set()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", "")+"\n")
		return file, v.name
	}, nil},
	{"cue/unresolved-import", "another version of the definition", func(w *world) (string, string) {
		w.replace(moduleFile, "/v1.0.0", pick(w, []string{"/v1.0.1", "/v2.0.0", "-app/v1.0.0"}))
		return moduleFile, "original "
	}, nil},
	{"cue/unresolved-reference", "a value in a component", func(w *world) (string, string) {
		v := w.someValue(anyValue)
		w.replace(definitionFile, fmt.Sprintf("values.%s)", v.path()), fmt.Sprintf("values.%sx)", v.path()))
		return definitionFile, "x)"
	}, []string{"definition/unused-value"}},
	{"cue/unresolved-reference", "a schema of the core", func(w *world) (string, string) {
		w.replace(moduleFile, "#WorkloadComponent", "#WorkloadComponnent")
		return moduleFile, "#WorkloadComponnent"
	}, nil},
	{"cue/unresolved-reference", "a trait", func(w *world) (string, string) {
		w.replace(moduleFile, "traits.#AuditPolicy", "traits.#AuditRules")
		return moduleFile, "traits.#AuditRules"
	}, nil},
	{"cue/unused-import", "one too many", func(w *world) (string, string) {
		name := pick(w, []string{"strings", "list", "time"})
		file := w.aRelease()
		w.behind(file, "import catalog", fmt.Sprintf("import %q", name))
		return file, name
	}, nil},

	{"curation/component-modified", "another value", func(w *world) (string, string) {
		c := pick(w, w.components)
		w.in(moduleFile, "components: {", fmt.Sprintf("\t\t%s: container: image: tag: \"9.9\"", c))
		return moduleFile, `"9.9"`
	}, nil},
	{"curation/component-modified", "another field", func(w *world) (string, string) {
		c := pick(w, w.components)
		w.in(moduleFile, "components: {", fmt.Sprintf("\t\t%s: container: command: [\"sh\"]", c))
		return moduleFile, "command:"
	}, nil},
	{"curation/component-removed", "left out of a list", func(w *world) (string, string) {
		c := w.components[0]
		w.replace(moduleFile, "components: #moduleDefinition.components", fmt.Sprintf("components: %[1]s: #moduleDefinition.components.%[1]s", c))
		return moduleFile, "components:"
	}, []string{"curation/component-removed"}},
	{"curation/component-removed", "filtered away", func(w *world) (string, string) {
		w.replace(moduleFile, "components: #moduleDefinition.components", fmt.Sprintf("components: {for id, c in #moduleDefinition.components if id != %q {(id): c}}", w.components[1]))
		return moduleFile, "components:"
	}, nil},
	{"curation/default-invalid", "outside the range", func(w *world) (string, string) {
		v := w.overridden(isNumber)
		w.replace(moduleFile, v.moduleLine(), v.line("", "int | *"+pick(w, []string{"0", "21", "500"})))
		return moduleFile, v.name + ":"
	}, nil},
	{"curation/not-portable", "an address of a cluster", func(w *world) (string, string) {
		w.replace(moduleFile, `"example/agent"`, pick(w, []string{`"http://agent.platform.svc.cluster.local:8080"`, `"s3://company-backups/agent"`, `"db.eu-west-1.rds.amazonaws.com"`}))
		return moduleFile, "repository:"
	}, nil},
	{"curation/optional-read", "a value without a default", func(w *world) (string, string) {
		v := pick(w, w.added)
		w.replace(moduleFile, v.line("?", v.constraint+" | *"+v.samples[1]), v.line("?", v.constraint))
		return moduleFile, fmt.Sprintf("values.%s)", v.path())
	}, nil},
	{"curation/platform-prefix", "of a component", func(w *world) (string, string) {
		w.replace(moduleFile, `"platform-agent"`, "agent")
		return moduleFile, "agent: #WorkloadComponent"
	}, nil},
	{"curation/platform-prefix", "of a scope", func(w *world) (string, string) {
		w.replace(moduleFile, `"platform-audit"`, "audit")
		return moduleFile, "audit: #PlatformScope"
	}, nil},
	{"curation/scope-conflict", "with the definition's", func(w *world) (string, string) {
		w.in(moduleFile, "scopes: {", "\t\t\"platform-traffic\": #PlatformScope & {\n\t\t\ttraits.#RateLimiting\n\t\t\trateLimit: requests: 50\n\t\t\tappliesTo: \"*\"\n\t\t}")
		return moduleFile, "requests: 50"
	}, nil},
	{"curation/scope-modified", "another value", func(w *world) (string, string) {
		w.in(moduleFile, "scopes: {", "\t\ttraffic: rateLimit: requests: 50")
		return moduleFile, "requests: 50"
	}, nil},
	{"curation/scope-not-immutable", "a scope of the developers' kind", func(w *world) (string, string) {
		w.replace(moduleFile, `"platform-audit": #PlatformScope`, `"platform-audit": #Scope`)
		return moduleFile, "platform-audit"
	}, nil},
	{"curation/scope-removed", "left out of a list", func(w *world) (string, string) {
		w.replace(moduleFile, "scopes: #moduleDefinition.scopes", "scopes: network: #moduleDefinition.scopes.network")
		return moduleFile, "scopes:"
	}, nil},
	{"curation/scope-target", "no such component", func(w *world) (string, string) {
		w.replace(moduleFile, fmt.Sprintf("appliesTo: [components.%s]", w.components[0]), "appliesTo: [components.nobody]")
		return moduleFile, "components.nobody"
	}, nil},
	{"curation/scope-target", "none at all", func(w *world) (string, string) {
		w.remove(moduleFile, `appliesTo: "*"`)
		return moduleFile, "platform-security"
	}, nil},
	{"curation/scope-traits", "two", func(w *world) (string, string) {
		w.replace(moduleFile, `auditPolicy: level: "Metadata"`, "auditPolicy: level: \"Metadata\"\n\t\t\ttraits.#BackupPolicy\n\t\t\tbackupPolicy: enabled: true")
		return moduleFile, pick(w, []string{"platform-audit"})
	}, nil},
	{"curation/value-narrowed", "a smaller range", func(w *world) (string, string) {
		v := w.overridden(isNumber)
		w.replace(moduleFile, v.moduleLine(), strings.Replace(v.moduleLine(), "<=20", "<=18", 1))
		return moduleFile, v.name + ":"
	}, nil},
	{"curation/value-removed", "of another kind", func(w *world) (string, string) {
		v := w.overridden(isNumber)
		w.replace(moduleFile, v.moduleLine(), v.line("", "string"))
		return moduleFile, v.name + ":"
	}, nil},
	{"curation/value-required", "a new one", func(w *world) (string, string) {
		v := pick(w, w.added)
		w.replace(moduleFile, v.line("?", v.constraint+" | *"+v.samples[1]), v.line("!", v.constraint))
		return moduleFile, v.name + "!:"
	}, []string{"release/missing-value"}},
	{"curation/value-required", "a default that is lost", func(w *world) (string, string) {
		v := w.overridden(isNumber)
		w.replace(moduleFile, v.moduleLine(), v.line("", "int & >=8 & <=20"))
		return moduleFile, v.name + ":"
	}, []string{"release/missing-value", "release/invalid-value"}},

	{"definition/default-invalid", "outside the range", func(w *world) (string, string) {
		v := w.someValue(isNumber)
		w.replace(definitionFile, v.ownLine(), v.line("?", v.constraint+" | *"+pick(w, []string{"0", "21", "99"})))
		return definitionFile, v.name + "?:"
	}, nil},
	{"definition/default-invalid", "refused", func(w *world) (string, string) {
		v := w.someValue(isNumber)
		w.replace(definitionFile, v.ownLine(), v.line("?", "int & >=1 & <=20 & (int | *50)"))
		return definitionFile, v.name + "?:"
	}, []string{"curation/optional-read"}},
	{"definition/missing-default", "a value without a default", func(w *world) (string, string) {
		v := w.someValue(anyValue)
		w.replace(definitionFile, v.ownLine(), v.line("!", v.constraint))
		return definitionFile, v.name + "!:"
	}, []string{"release/missing-value", "curation/value-required"}},
	{"definition/secret-default", "a password", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tpassword?: string | *\"changeme\"")
		w.replace(definitionFile, "env: [", `env: [{name: "PASSWORD", value: values.password}, `)
		return definitionFile, "password?:"
	}, nil},
	{"definition/undocumented-value", "no comment", func(w *world) (string, string) {
		w.files["opm-lsp.cue"] = "rules: \"definition/undocumented-value\": \"hint\"\n"
		v := w.someValue(anyValue)
		w.remove(definitionFile, fmt.Sprintf("// What the %s is.", v.name))
		return definitionFile, v.name + "?:"
	}, nil},
	{"definition/unused-value", "nobody reads it", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tspare?: string | *\"x\"")
		return definitionFile, "spare?:"
	}, nil},
	{"definition/unused-value", "nobody reads it any more", func(w *world) (string, string) {
		v := w.someValue(anyValue)
		w.remove(definitionFile, fmt.Sprintf("values.%s)", v.path()))
		return definitionFile, v.name + "?:"
	}, nil},

	{"release/definition-access", "at its top", func(w *world) (string, string) {
		file := w.aRelease()
		w.behind(file, "#module: catalog.#Module", "\t#moduleDefinition: #metadata: name: \"other\"")
		return file, "#moduleDefinition"
	}, nil},
	{"release/duplicate", "a second one", func(w *world) (string, string) {
		w.files["twin.cue"] = strings.Replace(w.files["release0.cue"], "package release0", "package twin", 1)
		return "twin.cue", "name:"
	}, []string{"release/duplicate"}},
	{"release/environment-mismatch", "another label", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tenvironment?: \"staging\" | \"production\" | *\"production\"")
		w.replace(definitionFile, "env: [", `env: [{name: "ENVIRONMENT", value: values.environment}, `)
		file := w.aRelease()
		w.replace(file, `labels: team: "web"`, `labels: environment: "staging"`)
		return file, "environment:"
	}, nil},
	{"release/governed-value", "set under a policy", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tnonRoot?: bool | *true")
		w.behind(definitionFile, fmt.Sprintf("%s: #WorkloadComponent & {", w.components[0]), "\t\t\tpodSecurity: runAsNonRoot: values.nonRoot")
		w.replace(moduleFile, "podSecurity: runAsNonRoot: true", "podSecurity: runAsNonRoot: bool")
		file := w.aRelease()
		w.in(file, "\tvalues: {", "\t\tnonRoot: false")
		return file, "nonRoot: false"
	}, nil},
	{"release/immutable-scope", "written", func(w *world) (string, string) {
		file := w.aRelease()
		w.behind(file, "#module: catalog.#Module", "\tscopes: \"platform-security\": podSecurity: runAsNonRoot: false")
		return file, "platform-security"
	}, nil},
	{"release/immutable-scope", "written behind the Module", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, "#module: catalog.#Module", "#module: catalog.#Module & {scopes: \"platform-audit\": auditPolicy: level: \"None\"}")
		return file, "platform-audit"
	}, nil},
	{"release/immutable-scope", "contradicted", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tnonRoot?: bool | *true")
		w.behind(definitionFile, fmt.Sprintf("%s: #WorkloadComponent & {", w.components[0]), "\t\t\tpodSecurity: runAsNonRoot: values.nonRoot")
		file := w.aRelease()
		w.in(file, "\tvalues: {", "\t\tnonRoot: false")
		return file, "nonRoot: false"
	}, nil},
	{"release/invalid-namespace", "no DNS label", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, `namespace: "production"`, "namespace: "+pick(w, []string{`"Production"`, `"pro_duction"`, `"-production"`, `"a.b"`}))
		return file, "namespace:"
	}, nil},
	{"release/invalid-namespace", "not allowed", func(w *world) (string, string) {
		w.files["opm-lsp.cue"] = "namespaces: [\"production\", \"tenant-*\"]\n"
		file := w.aRelease()
		w.replace(file, `namespace: "production"`, `namespace: "staging"`)
		return file, "namespace:"
	}, nil},
	{"release/invalid-value", "too large or too small", func(w *world) (string, string) {
		v, file := w.values[0], w.aRelease()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", pick(w, []string{"0", "21", "-3", "1000"}))+"\n")
		return file, v.name
	}, nil},
	{"release/invalid-value", "no member", func(w *world) (string, string) {
		v, file := w.values[1], w.aRelease()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", pick(w, []string{`"smal"`, `"huge"`, `""`}))+"\n")
		return file, v.name
	}, nil},
	{"release/invalid-value", "of another kind", func(w *world) (string, string) {
		v, file := w.set(), w.aRelease()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", pick(w, []string{"true", "[1]", "null"}))+"\n")
		return file, v.name
	}, nil},
	{"release/missing-namespace", "gone", func(w *world) (string, string) {
		file := w.aRelease()
		w.remove(file, "namespace:")
		return file, "#metadata"
	}, nil},
	{"release/missing-value", "required by the definition", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tcontact!: string")
		w.replace(definitionFile, "env: [", `env: [{name: "CONTACT", value: values.contact}, `)
		return w.aRelease(), "values: {"
	}, []string{"definition/missing-default", "release/missing-value"}},
	{"release/outdated-module", "a newer version", func(w *world) (string, string) {
		w.secondModule(pick(w, []string{"1.0.0-platform.2", "1.1.0-platform.1", "2.0.0"}), unchanged)
		return w.aRelease(), "import catalog"
	}, []string{"release/outdated-module"}},
	{"release/outside-catalog", "straight to the definition", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, fmt.Sprintf("catalog.example.com/managed-%s:1.0.0-platform.1", w.app), fmt.Sprintf("code.example.com/%s/v1.0.0", w.app))
		w.replace(file, "catalog.#Module", "catalog.#ModuleDefinition")
		return file, "catalog.#ModuleDefinition"
	}, nil},
	{"release/plaintext-secret", "a password", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tpassword!: string")
		w.replace(definitionFile, "env: [", `env: [{name: "PASSWORD", value: values.password}, `)
		file := w.aRelease()
		w.in(file, "\tvalues: {", "\t\tpassword: \"correct-horse\"")
		return file, "password:"
	}, []string{"release/missing-value"}},
	{"release/plaintext-secret", "what looks like one", func(w *world) (string, string) {
		v, file := w.values[2], w.aRelease()
		w.replace(file, v.line("", v.samples[2]), v.line("", `"AKIA`+worldSecrets[2]+`"`))
		return file, v.name
	}, nil},
	{"release/redundant-value", "the inherited one", func(w *world) (string, string) {
		v, file := w.values[0], w.aRelease() // the Module overrides it
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", v.samples[1])+"\n")
		return file, v.name
	}, nil},
	{"release/resource-policy", "more than the limit", func(w *world) (string, string) {
		w.in(definitionFile, "\tvalues: {", "\t\tmemory?: string | *\"64Mi\"")
		w.behind(definitionFile, fmt.Sprintf("name: %q", w.components[0]), "\t\t\t\tresources: limits: memory: values.memory")
		w.in(moduleFile, "scopes: {", "\t\t\"platform-limits\": #PlatformScope & {\n\t\t\ttraits.#ResourceLimit\n\t\t\tresourceLimit: max: memory: \"512Mi\"\n\t\t\tappliesTo: \"*\"\n\t\t}")
		file := w.aRelease()
		w.in(file, "\tvalues: {", "\t\tmemory: "+pick(w, []string{`"1Gi"`, `"513Mi"`, `"600000000"`}))
		return file, "memory:"
	}, nil},
	{"release/structural-change", "a component", func(w *world) (string, string) {
		file := w.aRelease()
		w.behind(file, "#module: catalog.#Module", fmt.Sprintf("\tcomponents: %s: container: image: tag: \"9.9\"", pick(w, w.components)))
		return file, "components:"
	}, nil},
	{"release/structural-change", "a field of no release", func(w *world) (string, string) {
		file := w.aRelease()
		w.behind(file, "#module: catalog.#Module", "\tspec: replicas: 5")
		return file, "spec:"
	}, nil},
	{"release/unknown-module", "another version or name", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, fmt.Sprintf("managed-%s:1.0.0-platform.1", w.app), pick(w, []string{"managed-nothing:1.0.0-platform.1", "managed-" + w.app + ":1.0.0-platform.7"}))
		return file, "import catalog"
	}, nil},
	{"release/unknown-value", "misspelt", func(w *world) (string, string) {
		v, file := w.set(), w.aRelease()
		w.replace(file, v.line("", v.samples[2]), strings.Replace(v.line("", v.samples[2]), v.name+":", v.name+"x:", 1))
		return file, v.name + "x"
	}, nil},
	{"release/unpinned-module", "no version", func(w *world) (string, string) {
		file := w.aRelease()
		w.replace(file, ":1.0.0-platform.1", "")
		return file, "import catalog"
	}, nil},

	{"suppression/no-reason", "of what is found", func(w *world) (string, string) {
		file := w.aRelease()
		w.in(file, "\tvalues: {", "\t\tnothing: 1 // opm:ignore release/unknown-value")
		return file, "opm:ignore"
	}, nil},
	{"suppression/unknown-rule", "a name that does not exist", func(w *world) (string, string) {
		file, v := w.aRelease(), w.set()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", v.samples[2])+" // opm:ignore release/unknown — on purpose\n")
		return file, "opm:ignore"
	}, nil},
	{"suppression/unused", "nothing is found", func(w *world) (string, string) {
		file, v := w.aRelease(), w.set()
		w.replace(file, v.line("", v.samples[2])+"\n", v.line("", v.samples[2])+" // opm:ignore release/invalid-value — on purpose\n")
		return file, "opm:ignore"
	}, nil},
}

// moduleLine2 is the lines with which a Module adds a value.
func (v worldValue) moduleLine2() string {
	return fmt.Sprintf("\t\t// What the platform's %s is.\n\t\t%s\n", v.name, v.line("?", v.constraint+" | *"+v.samples[1]))
}
