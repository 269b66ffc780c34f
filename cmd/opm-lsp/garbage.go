package main

import (
	"os"
	"runtime/debug"
)

// By how many percent of what it holds the program may grow before it looks for what is not
// needed any more.
const (
	whenServing = 100 // it stays for days beside an editor: memory counts too
	whenAsked   = 400 // it ends in a moment
)

// collectAt sets that, unless the user did with GOGC.
func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
