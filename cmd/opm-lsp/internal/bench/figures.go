package main

import (
	"fmt"
	"slices"
	"time"
)

// times are how long the same thing took, each time.
type times []time.Duration

// quantile returns the time that a share of all did not exceed: 0.5 for the median.
func (t times) quantile(share float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

func (t times) median() time.Duration { return t.quantile(0.5) }

func (t times) p99() time.Duration { return t.quantile(0.99) }

// duration writes a time with two or three digits that count.
func duration(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d <= 0:
		return "—"
	case ms < 1:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	default:
		return fmt.Sprintf("%.1f s", ms/1000)
	}
}

// megabytes writes a number of bytes.
func megabytes(bytes int64) string { return fmt.Sprintf("%d MB", bytes>>20) }
