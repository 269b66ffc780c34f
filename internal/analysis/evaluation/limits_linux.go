//go:build !race

package evaluation

import (
	"fmt"
	"syscall"
)

// limitProcess has the kernel refuse memory beyond the limit, and any write to a file.
func limitProcess(limits Limits) error {
	for _, limit := range []struct {
		name     string
		resource int
		most     uint64
	}{
		// Not the address space (RLIMIT_AS): Go reserves far more of that than it uses.
		{"memory", syscall.RLIMIT_DATA, limits.Hard},
		{"the size of files", syscall.RLIMIT_FSIZE, 0},
		{"core dumps", syscall.RLIMIT_CORE, 0},
	} {
		var now syscall.Rlimit
		if err := syscall.Getrlimit(limit.resource, &now); err != nil {
			return fmt.Errorf("cannot tell the limit of %s: %w", limit.name, err)
		}
		most := min(limit.most, now.Max)
		if err := syscall.Setrlimit(limit.resource, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return fmt.Errorf("cannot limit %s: %w", limit.name, err)
		}
	}
	return nil
}
