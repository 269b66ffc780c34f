package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// progressStep is how many more files have been read when the client hears of it
// again. Each report is a message; one for each file would take longer than
// reading it.
const progressStep = 250

// A progress shows in the client that something takes its time. What it shows
// never holds up the work itself: a report that the client is too slow for is
// left out.
type progress struct {
	counts  chan count // holds the newest count that is not sent yet
	done    chan struct{}
	last    count
	skipped int // files that could not be read; set by end
}

// A count says how many files have been read, of how many.
type count struct{ files, all int }

func (c count) percentage() uint32 {
	if c.all == 0 {
		return 0
	}
	return uint32(100 * c.files / c.all)
}

// beginProgress shows the title in the client, if it is to be shown.
func (s *server) beginProgress(show bool, title string) *progress {
	p := &progress{counts: make(chan count, 1), done: make(chan struct{})}
	if !show {
		return p
	}
	token := protocol.String(fmt.Sprintf("opm-lsp/%d", s.tokens.Add(1)))
	s.start("showing progress", func(ctx context.Context) {
		_, err := s.conn.Call(ctx, protocol.MethodWindowWorkDoneProgressCreate, &protocol.WorkDoneProgressCreateParams{Token: token}, nil)
		if err != nil {
			s.log.Debug("the client shows no progress", zap.Error(err))
			return
		}
		s.sendProgress(ctx, token, &protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Percentage: pointer(uint32(0))})
		for {
			select {
			case <-ctx.Done():
				return
			case c := <-p.counts:
				message := fmt.Sprintf("%d of %s", c.files, countFiles(c.all))
				s.sendProgress(ctx, token, &protocol.WorkDoneProgressReport{Kind: "report", Message: &message, Percentage: pointer(c.percentage())})
			case <-p.done:
				message := countFiles(p.last.files)
				if p.skipped > 0 {
					message += fmt.Sprintf(", %d could not be read", p.skipped)
				}
				s.sendProgress(ctx, token, &protocol.WorkDoneProgressEnd{Kind: "end", Message: &message})
				return
			}
		}
	})
	return p
}

func (s *server) sendProgress(ctx context.Context, token protocol.ProgressToken, value any) {
	raw, err := protocol.Marshal(value)
	if err != nil {
		s.log.Error("could not encode progress", zap.Error(err))
		return
	}
	s.notify(ctx, protocol.MethodProgress, &protocol.ProgressParams{Token: token, Value: raw})
}

// showsProgress announces that a method tells of its progress, to clients that show such.
func showsProgress(c *client) protocol.WorkDoneProgressOptions {
	if !c.progress {
		return protocol.WorkDoneProgressOptions{}
	}
	return protocol.WorkDoneProgressOptions{WorkDoneProgress: pointer(true)}
}

func countFiles(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}

// files says how many files have been read so far, of how many. It is called by one goroutine
// at a time, and not after end.
func (p *progress) files(n, all int) {
	report := n/progressStep > p.last.files/progressStep
	p.last = count{n, all}
	if !report {
		return
	}
	select {
	case <-p.counts: // the client has not seen that one yet, and need not
	default:
	}
	p.counts <- p.last
}

// end takes the progress from the client's screen, and says how many files could not be read.
func (p *progress) end(skipped int) {
	p.skipped = skipped
	close(p.done)
}
