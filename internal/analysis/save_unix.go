//go:build unix

package analysis

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a new file the owner of the one whose place it takes, as far as that is
// allowed: who works as root for others leaves them their files.
func keepOwner(f *os.File, old fs.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(stat.Uid), int(stat.Gid))
	}
}
