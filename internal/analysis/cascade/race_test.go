//go:build race

package cascade_test

const raceEnabled = true
