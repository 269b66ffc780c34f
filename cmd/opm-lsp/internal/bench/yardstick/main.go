// Command yardstick checks releases as plainly as a program of a few lines does that uses CUE's
// libraries: it loads the packages below releases in the current directory with load.Instances, builds each
// and validates it. It prints how many there were, how many were refused, and for how many
// seconds it was at work.
package main

import (
	"fmt"
	"os"
	"time"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
)

func main() {
	began := time.Now()
	ctx := cuecontext.New()
	releases, refused := 0, 0
	for _, instance := range load.Instances([]string{"./releases/..."}, nil) {
		releases++
		if instance.Err != nil {
			fmt.Fprintln(os.Stderr, instance.Err)
			os.Exit(1)
		}
		if err := ctx.BuildInstance(instance).Validate(cue.Concrete(true)); err != nil {
			refused++
		}
	}
	fmt.Println(releases, refused, time.Since(began).Seconds())
}
