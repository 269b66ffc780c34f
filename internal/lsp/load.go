package lsp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// maxSkipped is how many files that could not be read the client is told of one
// by one.
const maxSkipped = 20

// A loader reads workspaces from disk, beside the read loop and one at a time.
// Who asks while it reads gets another load after this one, of the folders that
// were asked for last.
type loader struct {
	s *server

	mu      sync.Mutex
	running bool
	next    order // to load after the load under way
	again   bool  // next is set
	last    order // what was asked for last
}

// An order says what to load.
type order struct {
	folders      []string
	settings     string // the editor's, see readSettings
	settingsOnly bool   // the folders are those of the order before
}

func newLoader(s *server) *loader { return &loader{s: s} }

// load begins to load the folders. It returns at once; requests that come after
// it wait where there is no workspace yet.
func (l *loader) load(c *client, folders []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.s.watcher.follow(folders)
	l.begin(c, order{folders: slices.Clone(folders), settings: l.s.settings.get()})
}

// folders returns those that were asked for last.
func (l *loader) folders() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last.folders
}

// reload puts the folders that were asked for last under the settings of now. Without any,
// the settings count from the first load on.
func (l *loader) reload(c *client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last.folders == nil {
		return
	}
	l.begin(c, order{
		folders:      l.last.folders,
		settings:     l.s.settings.get(),
		settingsOnly: !l.again || l.next.settingsOnly,
	})
}

// begin is called with mu held.
func (l *loader) begin(c *client, wanted order) {
	l.last = wanted
	if l.running {
		l.next, l.again = wanted, true
		return
	}
	l.running = true
	before := l.s.store.beginLoad()
	l.s.start("loading", func(ctx context.Context) {
		for {
			l.s.loadOnce(ctx, c, before.ws, wanted)
			l.mu.Lock()
			if !l.again || ctx.Err() != nil {
				l.running = false
				l.mu.Unlock()
				return
			}
			wanted, l.next, l.again = l.next, order{}, false
			before = l.s.store.beginLoad()
			l.mu.Unlock()
		}
	})
}

// loadOnce loads the folders, in place of the workspace before if there is one,
// and tells the client what went wrong.
func (s *server) loadOnce(ctx context.Context, c *client, before workspace, wanted order) {
	folders := wanted.folders
	progress := s.beginProgress(c.progress && !wanted.settingsOnly, "Reading the OPM workspace")
	ws, skipped, err := s.read(ctx, before, wanted, progress.files)
	if err != nil && ctx.Err() == nil {
		s.log.Error("the workspace could not be loaded", zap.Strings("folders", folders), zap.Error(err))
		s.notify(ctx, protocol.MethodWindowShowMessage, &protocol.ShowMessageParams{
			Type:    protocol.MessageTypeError,
			Message: fmt.Sprintf("opm-lsp could not read the whole workspace: %v. It works with what it could read and with the documents that are open.", err),
		})
		if before == nil {
			ws, skipped, err = s.read(ctx, nil, s.readable(ctx, wanted), progress.files)
		}
	}
	switch {
	case err == nil:
		s.store.endLoad(ws, nil)
		s.watcher.loaded()
		s.tellSettings(ctx, ws.EditorSettingsProblems())
		s.log.Info("loaded", zap.Strings("folders", folders), zap.Int("files", len(ws.Files())), zap.Int("skipped", len(skipped)))
	case errors.Is(err, context.Canceled):
		s.store.endLoad(nil, err)
	default:
		s.store.endLoad(nil, jsonrpc2.Errorf(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), "the workspace could not be read: %v", err))
	}
	progress.end(len(skipped))
	s.tellSkipped(ctx, skipped)
}

// read calls the analysis, and makes an error of a panic there.
func (s *server) read(ctx context.Context, before workspace, wanted order, progress func(files, all int)) (ws workspace, skipped []error, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			s.failed("loading", panicked)
			ws, err = nil, errors.New("opm-lsp failed while it read the files; its log has the stack, please report it")
		}
	}()
	if before != nil && wanted.settingsOnly {
		return before.WithEditorSettings(wanted.settings), nil, ctx.Err()
	}
	if before != nil {
		ws = before.WithEditorSettings(wanted.settings).WithRoots(ctx, wanted.folders)
		return ws, nil, ctx.Err()
	}
	ws, skipped, err = s.options.load(ctx, wanted.folders, progress)
	if err == nil && wanted.settings != "" {
		ws = ws.WithEditorSettings(wanted.settings)
	}
	return ws, skipped, err
}

// readable returns the folders that can be loaded, after all together could not.
func (s *server) readable(ctx context.Context, wanted order) order {
	if len(wanted.folders) < 2 {
		return order{settings: wanted.settings}
	}
	wanted.folders = slices.DeleteFunc(slices.Clone(wanted.folders), func(folder string) bool {
		_, _, err := s.read(ctx, nil, order{folders: []string{folder}}, nil)
		return err != nil
	})
	return wanted
}

func (s *server) tellSkipped(ctx context.Context, skipped []error) {
	for i, err := range skipped {
		message := err.Error()
		if i == maxSkipped {
			message = fmt.Sprintf("%d more files could not be read", len(skipped)-i)
		}
		s.notify(ctx, protocol.MethodWindowLogMessage, &protocol.LogMessageParams{Type: protocol.MessageTypeWarning, Message: message})
		if i == maxSkipped {
			return
		}
	}
}
