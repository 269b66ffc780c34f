package main

import (
	"fmt"
	"os"
	"slices"

	"github.com/open-platform-model/opm-lsp/cmd/opm-lsp/internal/lspclient"
)

// A session is what a client takes for its test. What fails ends it.
type session struct {
	cleanups []func()
	failed   bool
}

// A failure is what Fatal throws and during catches.
type failure struct{ message string }

// during runs f with a client's test that ends with it.
func during(f func(t lspclient.T)) (err error) {
	s := &session{}
	defer func() {
		for _, cleanup := range slices.Backward(s.cleanups) {
			cleanup()
		}
		if s.failed && err == nil {
			err = fmt.Errorf("the server did not do what it should")
		}
	}()
	defer func() {
		switch panicked := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("%s", panicked.message)
		default:
			panic(panicked)
		}
	}()
	f(s)
	return nil
}

func (s *session) Helper() {}

func (s *session) Fatal(args ...any) {
	s.failed = true
	panic(failure{fmt.Sprint(args...)})
}

func (s *session) Fatalf(format string, args ...any) { s.Fatal(fmt.Sprintf(format, args...)) }

func (s *session) Errorf(format string, args ...any) {
	s.failed = true
	s.Logf(format, args...)
}

func (s *session) Logf(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (s *session) Failed() bool { return s.failed }

func (s *session) Cleanup(f func()) { s.cleanups = append(s.cleanups, f) }
