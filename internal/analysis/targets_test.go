package analysis_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// TestScopeTargets holds what curation/scope-target says of what people write in a list of
// components.
func TestScopeTargets(t *testing.T) {
	for appliesTo, want := range map[string]string{
		`["server"]`:                           "Change to components.server",
		`["servr"]`:                            "Change to components.server",
		`["*"]`:                                `Change to "*"`,
		`["all"]`:                              "no fix",
		`[8]`:                                  "no fix",
		`8`:                                    "no fix",
		`"nothing like it"`:                    "no fix",
		`"Server"`:                             "Change to [components.server]",
		`"ALL"`:                                `Change to "*"`,
		`[components["servr"]]`:                "Change to components.server",
		`[#moduleDefinition.components.servr]`: "Change to #moduleDefinition.components.server",
		`[original.#ModuleDefinition.components.sever]`: "Change to original.#ModuleDefinition.components.server",
		`[components.server.container.image]`:           "Change to components.server",
		`[components.server, components.sever] & [...]`: "Change to components.server",
		`[]`:                        "Apply platform-quota to every component",
		`"*"`:                       "",
		`[components.server]`:       "",
		`[(components.server)]`:     "",
		`[for c in components {c}]`: "",
		`[for c in #moduleDefinition.components {c}]`:          "",
		`[for id, c in components if id == "server" {c}]`:      "",
		`[for c in [components.server, components.sever] {c}]`: "",
		`#moduleDefinition.scopes.network.appliesTo`:           "",
		`values.targets`: "",
		`[server]`:       "",
		`[components.]`:  "",
		``:               "",
	} {
		files, err := rules.Base()
		if err != nil {
			t.Fatal(err)
		}
		files["module.cue"] = fmt.Sprintf(`package managedweb

import (
	original "code.example.com/web/v1.0.0"
	traits "traits.opm.dev/v1alpha1"
)

#Module & {
	#metadata: {
		name:    "managed-web"
		version: "1.0.0-platform.1"
	}

	#moduleDefinition: original.#ModuleDefinition

	components: #moduleDefinition.components

	scopes: "platform-quota": #PlatformScope & {
		traits.#ResourceQuota
		resourceQuota: hard: "requests.cpu": "8"
		appliesTo: %s
	}
}
`, appliesTo)
		got := ""
		for _, d := range workspaceOf(t, files).s.AllDiagnostics() {
			switch {
			case d.Code != "curation/scope-target":
			case len(d.Fixes) == 0:
				got += "no fix"
			default:
				got += d.Fixes[0].Title
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("appliesTo: %s (-want +got):\n%s", appliesTo, diff)
		}
	}
}
