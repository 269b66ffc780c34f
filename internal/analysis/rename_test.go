package analysis_test

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/open-platform-model/opm-lsp/internal/analysis"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rules"
)

// renamed is a workspace in which two names lack the prefix of the platform, in every
// spelling and in packages that are built on the Module.
const renamed = `
-- module.cue --
package managedweb

import (
	original "code.example.com/web/v1.0.0"
	traits "traits.opm.dev/v1alpha1"
)

web: #Module & {
	#metadata: {
		name:    "managed-web"
		version: "1.0.0-platform.1"
	}

	#moduleDefinition: original.#ModuleDefinition

	components: #moduleDefinition.components
	components: A=agent: #WorkloadComponent & {
		#metadata: workloadType: "daemon"
		container: {
			name: "agent"
			args: [agent.container.name, A.container.name]
		}
	}

	// agent is a word here, and a value.
	values: agent?: string | *"agent"

	scopes: quota: #PlatformScope & {
		traits.#ResourceQuota
		resourceQuota: hard: "requests.cpu": "\(components.agent.replicas)"
		appliesTo: [components.agent, components["agent"]]
	}
	scopes: {
		"quota": #metadata: labels: agent: "\(values.agent)"
	}
}

other: components: agent: 1
_names: [web.components.agent.container.name, other.components.agent]
-- release.cue --
package shop

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

shop: #ModuleRelease & {
	#metadata: {
		name:      "shop"
		namespace: "production"
	}

	#module: catalog.web
	scopes: quota: resourceQuota: hard: "requests.cpu": "4"

	values: agent: #module.components.agent.container.name
}

_limits: [catalog.web.components["agent"].container, catalog.web.scopes.quota]
-- second.cue --
package second

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "second"
		namespace: "production"
	}
	#module: catalog.web & {
		components: "agent": replicas: 2
	}
}
`

const asRenamed = `
-- module.cue --
package managedweb

import (
	original "code.example.com/web/v1.0.0"
	traits "traits.opm.dev/v1alpha1"
)

web: #Module & {
	#metadata: {
		name:    "managed-web"
		version: "1.0.0-platform.1"
	}

	#moduleDefinition: original.#ModuleDefinition

	components: #moduleDefinition.components
	components: A="platform-agent": #WorkloadComponent & {
		#metadata: workloadType: "daemon"
		container: {
			name: "agent"
			args: [components["platform-agent"].container.name, A.container.name]
		}
	}

	// agent is a word here, and a value.
	values: agent?: string | *"agent"

	scopes: "platform-quota": #PlatformScope & {
		traits.#ResourceQuota
		resourceQuota: hard: "requests.cpu": "\(components["platform-agent"].replicas)"
		appliesTo: [components["platform-agent"], components["platform-agent"]]
	}
	scopes: {
		"platform-quota": #metadata: labels: agent: "\(values.agent)"
	}
}

other: components: agent: 1
_names: [web.components["platform-agent"].container.name, other.components.agent]
-- release.cue --
package shop

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

shop: #ModuleRelease & {
	#metadata: {
		name:      "shop"
		namespace: "production"
	}

	#module: catalog.web
	scopes: "platform-quota": resourceQuota: hard: "requests.cpu": "4"

	values: agent: #module.components["platform-agent"].container.name
}

_limits: [catalog.web.components["platform-agent"].container, catalog.web.scopes["platform-quota"]]
-- second.cue --
package second

import catalog "catalog.example.com/managed-web:1.0.0-platform.1"

#ModuleRelease & {
	#metadata: {
		name:      "second"
		namespace: "production"
	}
	#module: catalog.web & {
		components: "platform-agent": replicas: 2
	}
}
`

// TestRenameWithEveryReference holds that the fix of curation/platform-prefix renames what
// refers to the component or scope, wherever that is, and nothing else; also where a
// package that is built on the Module has changed since the Module was looked at.
func TestRenameWithEveryReference(t *testing.T) {
	files, err := rules.Base()
	if err != nil {
		t.Fatal(err)
	}
	written := filesOf(renamed)
	maps.Copy(files, written)
	release := files["release.cue"]
	files["release.cue"] = "\n\n" + release
	w := workspaceOf(t, files)
	w.s.AllDiagnostics()
	s := w.s.WithText(filepath.Join(w.root, "release.cue"), release)

	fixed, _ := s.Fixed(func(d analysis.Diagnostic, _ analysis.Fix) bool { return d.Code == "curation/platform-prefix" })
	got := make(map[string]string)
	for name := range written {
		got[name] = fixed.Text(filepath.Join(w.root, name)).Content()
	}
	if diff := cmp.Diff(filesOf(asRenamed), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func filesOf(archive string) map[string]string {
	files := make(map[string]string)
	for _, f := range txtar.Parse([]byte(archive)).Files {
		files[f.Name] = string(f.Data)
	}
	return files
}
