//go:build !race

package cascade_test

const raceEnabled = false
