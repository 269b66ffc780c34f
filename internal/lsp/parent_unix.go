//go:build unix

package lsp

import (
	"errors"
	"syscall"
)

// processAlive reports whether there is a process with the id. One that belongs
// to somebody else is there too.
func processAlive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
