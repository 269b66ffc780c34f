//go:build race

package main

// withRace says that the tests run with the race detector, and so should the binary.
const withRace = true
