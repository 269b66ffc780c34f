package evaluation

import "os"

// environment returns what of the environment a worker gets: what Windows cannot start a
// process without.
func environment() []string { return []string{"SYSTEMROOT=" + os.Getenv("SYSTEMROOT")} }
