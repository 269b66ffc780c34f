package lsp

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// watchParent ends the server when the process with the given id is gone: an
// editor that was killed says neither shutdown nor exit, and a pipe that another
// process also holds stays open.
func (s *server) watchParent(pid int) {
	if !s.options.alive(pid) {
		// The id is of another machine or container, and says nothing here.
		s.log.Debug("the client's process is not to be seen from here", zap.Int("pid", pid))
		return
	}
	s.start("watching the client's process", func(ctx context.Context) {
		ticks := s.options.aliveTicks
		if ticks == nil {
			ticker := time.NewTicker(5 * time.Second)
			defer ticker.Stop()
			ticks = ticker.C
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks:
			}
			if !s.options.alive(pid) {
				close(s.orphaned)
				return
			}
		}
	})
}
