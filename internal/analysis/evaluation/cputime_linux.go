package evaluation

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// clockTick is the unit of the times in /proc, on every architecture that Go knows: the kernel's
// USER_HZ is 100.
const clockTick = time.Second / 100

// cpuTime returns for how long a process has worked; known is false if nobody says so. See the
// manual page proc_pid_stat(5).
func cpuTime(pid int) (worked time.Duration, known bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The second field is a name in parentheses, in which anything may stand.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const user, system = 14 - 3, 15 - 3 // the fields are counted from 1, and two are cut off
	if len(fields) <= system {
		return 0, false
	}
	for _, field := range [][]byte{fields[user], fields[system]} {
		ticks, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, false
		}
		worked += time.Duration(ticks) * clockTick
	}
	return worked, true
}
