//go:build !race

package analysis_test

// slowness is about how many times slower tests run with the race detector.
const slowness = 1
