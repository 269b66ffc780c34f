// Package curation holds the rules about Modules: what a platform may add to a
// ModuleDefinition and change of it, and what not.
package curation
