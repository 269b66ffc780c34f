package main

import (
	"strings"
	"testing"
	"time"
)

// TestProgressLine holds that the line says what is being done now, and is gone in the end; and
// that nothing is said of what is done at once.
func TestProgressLine(t *testing.T) {
	var out strings.Builder
	times := make(chan time.Time)
	line := tellAt(&out, times, "Looking for CUE files")
	times <- time.Time{}
	line.counted("Reading", "files")(3, 7)
	times <- time.Time{}
	line.end()
	if got, want := out.String(), "\r\x1b[KLooking for CUE files\r\x1b[KReading: 3 of 7 files\r\x1b[K"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	out.Reset()
	tellAt(&out, times, "Looking for CUE files").end()
	if got := out.String(); got != "" {
		t.Errorf("of what is done at once it says %q", got)
	}
}
